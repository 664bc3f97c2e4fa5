/**
 * A compute host of the lab whose nova-compute is to run in a container: a mount and PID namespace
 * with its own `/etc`, `/usr`, `/run` and storage of containers. Whatever is made in it ends with it,
 * also when the tests are interrupted. Linux, root.
 *
 * @module
 */
import { keyringOf, MONITOR } from "@lab/ceph/ceph_conf.ts";
import { FSID, write } from "@lab/ceph/layout.ts";
import { apart } from "@lab/release/apart.ts";
import { type HookFile, SHIPPED_DIRECTORY, siteFiles } from "@/nova/hook_files.ts";
import { changed } from "./machine.ts";

/**
 * What the host has: the files of the package, `/etc/ceph` and nova-compute's configuration, from
 * `$FILES`, and the program. Its `/run`, `/dev/shm` and storage belong to podman. It shows the
 * unified cgroups alone, as a current host does: crun refuses a mixture, and makes none with
 * `--cgroups=disabled`. The line is the process id by which it can be entered; it lives until its
 * standard input ends.
 */
const HOST = `read -r self _ </proc/self/stat
mount -t proc proc /proc
cp -r "$FILES"/. /
touch /usr/bin/glance-direct
mount --bind "$PROGRAM" /usr/bin/glance-direct
getent group nova >/dev/null || groupadd --system nova
for own in /run /dev/shm /var/lib/containers; do
  mkdir -p "$own"
  mount -t tmpfs tmpfs "$own"
done
umount --recursive /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 cgroup2 /sys/fs/cgroup
echo "$self"`;

/** What a deployment tool writes of a cluster for its clients. */
const CEPH = {
  path: "/etc/ceph/ceph.conf",
  text: `[global]\nfsid = ${FSID}\nmon_host = ${MONITOR}\n`,
};

/** How a command ended. */
export interface CommandEnd {
  /** Exit status. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** The host. */
export class ContainerHost implements AsyncDisposable {
  readonly #directory: string;
  readonly #holder: Deno.ChildProcess;
  readonly #pid: string;

  private constructor(directory: string, holder: Deno.ChildProcess, pid: string) {
    this.#directory = directory;
    this.#holder = holder;
    this.#pid = pid;
  }

  /**
   * Makes it.
   *
   * @param further Files below `/etc` and `/usr` in addition to those of the package and Ceph's.
   */
  static async make(further: readonly HookFile[] = []): Promise<ContainerHost> {
    const directory = await Deno.makeTempDir({ prefix: "glance-direct-containers-" });
    for (const { path, text } of [...siteFiles(SHIPPED_DIRECTORY), CEPH, ...further]) {
      await write(`${directory}/files${path}`, text);
    }
    const [program = "", ...args] = apart([...changed(HOST), "cat"]);
    const env = { FILES: `${directory}/files`, PROGRAM: programPath() };
    const options = { args, env, stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
    const holder = new Deno.Command(program, options).spawn();
    const reader = holder.stdout.getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    const pid = new TextDecoder().decode(value).trim();
    if (!/^\d+$/.test(pid)) throw new Error("The host's namespaces could not be made");
    return new ContainerHost(directory, holder, pid);
  }

  /** Starts a command in it. */
  spawn(
    argv: readonly string[],
    options: Pick<Deno.CommandOptions, "env" | "stdin"> = {},
  ): Deno.ChildProcess {
    const args = ["--target", this.#pid, "--mount", "--pid", "--wd=/", "--", ...argv];
    return new Deno.Command("nsenter", {
      args,
      clearEnv: true,
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...options.env },
      stdin: options.stdin ?? "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(120_000),
    }).spawn();
  }

  /** Runs a command in it to its end. */
  async run(
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<CommandEnd> {
    const { code, stdout, stderr } = await this.spawn(argv, { env }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /**
   * Runs lines of shell in it, as an operator types them: Ceph's administrator, with the keys of the
   * lab's.
   *
   * @throws {Error} If one fails.
   */
  async type(lines: string): Promise<string> {
    const CEPH_ARGS = `--name=client.admin --keyring=${keyringOf("admin")}`;
    const { code, stdout, stderr } = await this.run(["bash", "-euc", lines], { CEPH_ARGS });
    if (code !== 0) throw new Error(`'${lines}' ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  /** Ends everything in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder.stdin.close();
    await this.#holder.stdout.cancel();
    await this.#holder.status;
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** A container has no Deno for the sources. */
function programPath(): string {
  return Deno.env.get("GLANCE_DIRECT_BIN") ??
    new URL("../../dist/glance-direct", import.meta.url).pathname;
}
