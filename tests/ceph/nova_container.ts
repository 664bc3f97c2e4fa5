/**
 * A container of nova-compute with the real nova, as a deployment tool runs it: what is mounted into it
 * comes from the recipe.
 *
 * @module
 */
import { passwordOptions } from "@lab/ceph/credentials.ts";
import { HOOK_DIRECTORY, HOOK_MODULE, type HookFile, unitFiles } from "@/nova/hook_files.ts";
import { kollaMounts, rhosoMounts, snippet } from "../doubles/recipes.ts";
import type { ContainerDefinition, Engine } from "./container_engine.ts";
import { type CommandEnd, ContainerHost } from "./container_host.ts";
import type { DiskOutcome } from "./nova_compute.ts";

/** How a deployment tool runs nova-compute. */
export interface Deployment {
  /** The heading of its recipe. */
  readonly recipe: string;
  /** Shell that makes its image of a copy of this system, `$image`. */
  readonly image: string;
  /** nova-compute in it. */
  readonly program: string;
  /** The host's directory that the container has as `/var/lib/nova`; with Kolla, of its volume. */
  readonly state: string;
  /** What the recipe mounts. */
  readonly mounts: readonly string[];
  /** The section `[glance]` of its nova.conf. */
  readonly glance: string;
  /** Whether its containers are removed when they end. */
  readonly isTemporary: boolean;
}

/** nova-compute, which is a Python script. */
const program = (path: string, python: string) =>
  `mkdir -p "$image/opt"
cp -r ${import.meta.dirname}/.. "$image/opt/tests"
cat >"$image${path}" <<'END'
#!${python}
import sys
sys.path.insert(0, "/opt/tests/ceph/nova")
import service
service.main()
END
chmod 755 "$image${path}"
`;

const KOLLA_VENV = "/var/lib/kolla/venv";

/** A venv at Kolla's path, with the link that Kolla's image has. */
const KOLLA: Deployment = {
  recipe: "Kolla-Ansible",
  image: `python3 -m venv --without-pip --system-site-packages "$image${KOLLA_VENV}"
ln -s "$(ls "$image${KOLLA_VENV}/lib")" "$image${KOLLA_VENV}/lib/python3"
${program(`${KOLLA_VENV}/bin/nova-compute`, `${KOLLA_VENV}/bin/python3`)}`,
  program: `${KOLLA_VENV}/bin/nova-compute`,
  state: "/var/lib/containers/storage/volumes/nova_compute/_data",
  mounts: kollaMounts(),
  glance: snippet("Deployments", "ini"),
  isTemporary: false,
};

/** The recipe's site-packages are those of CentOS; Debian's Python has its own name for them. */
const RHOSO: Deployment = {
  recipe: "RHOSO (edpm)",
  image: `site=/usr/lib/python3.9/site-packages
local=$image/usr/local/lib/$(python3 -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
mkdir -p "$image$site" "$local"
rm -rf "$local/dist-packages"
ln -s "$site" "$local/dist-packages"
${program("/usr/bin/nova-compute", "/usr/bin/python3")}`,
  program: "/usr/bin/nova-compute",
  state: "/var/lib/nova",
  mounts: rhosoMounts(),
  glance: nodeSetConfiguration(),
  isTemporary: true,
};

/** The deployments that run nova-compute in a container of podman or Docker. */
export const DEPLOYMENTS = { KOLLA, RHOSO };

/** How the hook comes into a container. */
export type Way = ".pth" | "PYTHONPATH" | "both";

/** What nova-compute says it runs as. */
export interface Circumstances {
  /** User id. */
  readonly uid: number;
  /** Whether that user has an account. */
  readonly account: boolean;
  /** `$HOME`. */
  readonly home: string | null;
  /** Those of a few paths that are on a file system which may be written to. */
  readonly writable: readonly string[];
  /** Prefix of its Python. */
  readonly python: string;
  /** How often nova's fetch is wrapped. */
  readonly wrapped: number;
}

/** The container, running. */
export class NovaContainer implements AsyncDisposable {
  /** Its host. */
  readonly host: ContainerHost;
  readonly #exec: (argv: readonly string[]) => readonly string[];
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<string>;
  #rest = "";

  private constructor(
    host: ContainerHost,
    process: Deno.ChildProcess,
    exec: (argv: readonly string[]) => readonly string[],
  ) {
    this.host = host;
    this.#exec = exec;
    this.#process = process;
    this.#lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#errors = new Response(process.stderr).text();
  }

  /** Follows a recipe, up to the running nova-compute. */
  static async start(engine: Engine, deployment: Deployment, way: Way): Promise<NovaContainer> {
    const host = await ContainerHost.make([
      { path: NOVA_CONF, text: novaConf(deployment.glance) },
      ...way === ".pth" ? [] : [moduleOnPath()],
    ]);
    try {
      await prepare(host, deployment);
      const definition = definitionOf(deployment, way);
      const argv = engine.create(definition, [deployment.program]);
      const process = host.spawn(argv, { stdin: "piped" });
      return new NovaContainer(host, process, (argv) => engine.exec(definition, argv));
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The next line of nova-compute's. */
  async circumstances(): Promise<Circumstances> {
    return JSON.parse(await this.#line());
  }

  /** Lets nova make the disk of a server. */
  async makeDisk(server: string, id: string): Promise<DiskOutcome> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${server} ${id}\n`));
    writer.releaseLock();
    return JSON.parse(await this.#line());
  }

  /** Runs a command in the container. */
  async exec(argv: readonly string[]): Promise<CommandEnd> {
    return await this.host.run(this.#exec(argv));
  }

  /** Ends it, and its host. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close().catch(() => {});
    await this.#lines.cancel();
    await this.host[Symbol.asyncDispose]();
    await this.#process.status;
    await this.#errors;
  }

  async #line(): Promise<string> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`nova-compute ended: ${await this.#errors}`);
      this.#rest += value;
    }
    const [line = "", ...more] = this.#rest.split("\n");
    this.#rest = more.join("\n");
    return line;
  }
}

const NOVA_CONF = "/etc/kolla/nova-compute/nova.conf";

/** What is common to every compute host beside the section of the recipe. */
function novaConf(glance: string): string {
  return `${glance.trim()}
rbd_connect_timeout = 60
[DEFAULT]
state_path = /var/lib/nova
force_raw_images = false
[libvirt]
images_type = qcow2
[keystone_authtoken]
${passwordOptions("nova")}`;
}

/** The file of the recipe's config map. */
function nodeSetConfiguration(): string {
  const [, text = ""] = snippet("RHOSO (edpm)", "yaml").split(
    /^ *30-nova-glance-direct\.conf: \|\n/m,
  );
  return text.replaceAll(/^ +/gm, "");
}

function moduleOnPath(): HookFile {
  const [module] = unitFiles("nova-compute").filter(({ path }) => path === HOOK_MODULE);
  return module!;
}

/** The image, nova's directory and the keyring. */
async function prepare(host: ContainerHost, { image, state, recipe }: Deployment): Promise<void> {
  await host.type(`mkdir -p ${state} /mnt/layer/upper /mnt/layer/work /mnt/image
[ ${state} != /var/lib/nova ] || mount -t tmpfs tmpfs ${state}
mkdir ${state}/instances
chown -R 42436:42436 ${state} ${NOVA_CONF}
image=/mnt/image
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/layer/upper,workdir=/mnt/layer/work "$image"
rm -rf "$image/usr/bin/glance-direct" "$image/usr/lib/glance-direct"
${image}`);
  await host.type(snippet("Deployments", "sh"));
  const commands = snippet(recipe, "sh").split("\n");
  await host.type(commands.filter((line) => line.startsWith("chgrp ")).join("\n"));
}

function definitionOf(deployment: Deployment, way: Way): ContainerDefinition {
  const { state, mounts, isTemporary } = deployment;
  const isHook = (mount: string) => mount.includes("/site-packages/");
  return {
    image: "/mnt/image",
    mounts: [
      `${NOVA_CONF}:/etc/nova/nova.conf:ro`,
      `${state}:/var/lib/nova`,
      ...mounts.filter((mount) => way !== "PYTHONPATH" || !isHook(mount)),
      ...way === ".pth" ? [] : [`${HOOK_DIRECTORY}:${HOOK_DIRECTORY}:ro`],
    ],
    environment: way === ".pth" ? [] : [`PYTHONPATH=${HOOK_DIRECTORY}`],
    isTemporary,
  };
}
