/**
 * What runs a container: podman, and where podman cannot run, chroot(8) with the same mounts, user
 * and read-only root.
 *
 * @module
 */
import { run } from "@lab/ceph/command.ts";
import { say } from "@lab/ceph/wait.ts";
import { ContainerHost } from "./container_host.ts";

/** The user of nova in the images of Kolla and RHOSO; no system has an account for it. */
export const NOVA_UID = 42436;

/** A container, as a deployment tool describes it. */
export interface ContainerDefinition {
  /** The directory with its system. */
  readonly image: string;
  /** `SOURCE:DESTINATION:OPTIONS`, as podman and Docker take them. */
  readonly mounts: readonly string[];
  /** `NAME=VALUE`. */
  readonly environment: readonly string[];
  /** Whether the container is removed when it ends, as a quadlet's is. */
  readonly isTemporary: boolean;
}

/** The commands of an engine. */
export interface Engine {
  /** Its name and version, for the names of the tests. */
  readonly name: string;
  /** The command line that runs `argv` in a new container named `nova_compute`. */
  create(definition: ContainerDefinition, argv: readonly string[]): readonly string[];
  /** The command line that runs `argv` in that container. */
  exec(definition: ContainerDefinition, argv: readonly string[]): readonly string[];
}

/** `$HOME` is unset in both: podman sets it for a user without an account in some versions. */
const HOMELESS = ["env", "--unset=HOME"];

const OPTIONS = ["--runtime=crun", "--cgroup-manager=cgroupfs", "--log-level=error"];

/** podman, without a network, cgroups or an image store of its own. */
const PODMAN: Engine = {
  name: "podman",
  create: ({ image, mounts, environment, isTemporary }, argv) => [
    ...["podman", ...OPTIONS, "run", "--name=nova_compute", "--interactive", "--log-driver=none"],
    ...["--network=host", "--cgroups=disabled", `--user=${NOVA_UID}:${NOVA_UID}`],
    ...["--passwd=false", "--read-only", "--read-only-tmpfs=false"],
    ...isTemporary ? ["--rm"] : [],
    ...environment.map((each) => `--env=${each}`),
    ...mounts.map((each) => `--volume=${each}`),
    ...["--rootfs", image, ...HOMELESS, ...argv],
  ],
  exec: (_, argv) => ["podman", ...OPTIONS, "exec", "nova_compute", ...HOMELESS, ...argv],
};

/** Mounts below `$0`, one for each word up to `--`; the rest is the command. */
const MOUNT = `set -eu
image=$0
for mount; do
  shift
  [ "$mount" != -- ] || break
  IFS=: read -r source destination options <<<"$mount"
  if [ -d "$source" ]; then
    mkdir -p "$image$destination"
  else
    mkdir -p "$(dirname "$image$destination")"
    touch "$image$destination"
  fi
  mount --bind "$source" "$image$destination"
  case $options in *ro*) mount -o remount,bind,ro "$image$destination" ;; esac
done
mount -t proc proc "$image/proc"
mount --rbind /dev "$image/dev"
mount -o remount,bind,ro "$image"
exec "$@"`;

const CHROOT: Engine = {
  name: "chroot",
  create: (definition, argv) => [
    ...["bash", "-c", MOUNT, definition.image, ...definition.mounts, "--"],
    ...CHROOT.exec(definition, argv),
  ],
  exec: ({ image, environment }, argv) => [
    ...["chroot", `--userspec=${NOVA_UID}:${NOVA_UID}`, "--groups=", image],
    ...["env", "--ignore-environment", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", ...environment],
    ...argv,
  ],
};

/**
 * The engines to prove the recipes with: podman if it runs containers here, and always the other
 * one, so that no machine finds it broken.
 */
export async function engines(): Promise<readonly Engine[]> {
  try {
    const version = (await run(["podman", "--version"])).replace(/^podman version /, "").trim();
    await using host = await ContainerHost.make();
    await host.type("mkdir -p /mnt/empty/usr && ln -s usr/bin usr/lib usr/lib64 /mnt/empty");
    const definition = { image: "/mnt/empty", environment: [], isTemporary: true };
    const argv = PODMAN.create({ ...definition, mounts: ["/usr:/usr:ro"] }, ["true"]);
    const { code, stderr } = await host.run(argv);
    if (code === 0) return [{ ...PODMAN, name: `podman ${version}` }, CHROOT];
    await say(`podman cannot run a container here, so chroot proves it all: ${stderr.trim()}`);
  } catch (error) {
    await say(`There is no podman here, so chroot proves it all: ${error}`);
  }
  return [CHROOT];
}
