/**
 * Runs a command in a root. It sees the machine's devices and network, this checkout, and its own
 * `/tmp`; its mounts, its processes and that `/tmp` are removed when it ends.
 *
 * @module
 */
import { run } from "../ceph/command.ts";
import { exists, write } from "../ceph/layout.ts";
import { as, type User } from "./accounts.ts";
import { apart } from "./apart.ts";
import { copySettings, networkEnvironment } from "./host.ts";
import { CHECKOUT, discard, type Place, take } from "./place.ts";

/** How to enter a root. */
export interface EnterOptions {
  /** Who runs the command. @default {"root"} */
  readonly user?: User;
  /** The mask of new files. @default {"022"} */
  readonly umask?: string;
  /** Whether `localhost` also has the address `::1`, and first. @default {false} */
  readonly ipv6?: boolean;
  /** Variables in addition to those of the network. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Whether this checkout is mounted at its own path, with this Deno as `/usr/local/bin/deno`, or
   * only its files are available, as the archive `/tmp/checkout.tar`.
   *
   * @default {"mounted"}
   */
  readonly checkout?: "mounted" | "archived";
}

/** Files that git and the tasks keep in a checkout. */
const LEFT_OUT = [".git", "dist", "coverage", "node_modules"];

/**
 * `/` is a mount point in the root, as on any machine, so that a test can have its own mounts. The
 * shell stays as the first process: it reaps the daemons that end.
 */
const ENTER = `set -eu
root=$1 scratch=$2 checkout=$3 deno=$4 mask=$5
shift 5
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount --bind "$scratch/tmp" tmp
for name in hosts resolv.conf; do
  touch "etc/$name"
  mount --bind "$scratch/$name" "etc/$name"
done
if [ "$deno" ]; then
  mkdir -p ".$checkout"
  mount --bind "$checkout" ".$checkout"
  touch usr/local/bin/deno
  mount --bind "$deno" usr/local/bin/deno
else
  checkout=/
fi
pivot_root . .
umount --lazy .
cd "$checkout"
umask "$mask"
status=0
"$@" || status=$?
exit "$status"`;

/** Runs a command with an environment and returns how it ended. */
type Start<T> = (argv: readonly string[], env: Readonly<Record<string, string>>) => Promise<T>;

/** Runs a command in a root, started by `start`. */
export async function enter<T>(
  place: Place,
  argv: readonly string[],
  start: Start<T>,
  options: EnterOptions = {},
): Promise<T> {
  using _taken = await take(place);
  if (!await exists(place.root)) throw new Error(`No root '${place.root}': deno task root:make`);
  await prepare(place, options);
  const { user = "root", umask = "022", checkout = "mounted" } = options;
  const deno = checkout === "mounted" ? Deno.execPath() : "";
  const where = [place.root, place.scratch, CHECKOUT, deno, umask];
  const shell = ["bash", "-c", ENTER, "bash", ...where];
  const env = await environment(options.env);
  try {
    return await start(apart([...shell, ...await as(user, place.root), ...argv]), env);
  } finally {
    await discard(place.scratch);
  }
}

async function prepare({ root, scratch }: Place, options: EnterOptions): Promise<void> {
  await copySettings(root);
  await Deno.mkdir(`${scratch}/tmp`, { recursive: true });
  await Deno.chmod(`${scratch}/tmp`, 0o1777);
  const names = options.ipv6 ? ["::1 localhost", "127.0.0.1 localhost"] : ["127.0.0.1 localhost"];
  await write(`${scratch}/hosts`, [...names, `127.0.0.1 ${Deno.hostname()}`, ""].join("\n"));
  await Deno.copyFile("/etc/resolv.conf", `${scratch}/resolv.conf`);
  if (options.checkout === "archived") await archive(`${scratch}/tmp/checkout.tar`);
}

/** With all permissions for everybody, as in git before the umask of a clone applies. */
async function archive(path: string): Promise<void> {
  const options = ["--mode=a+rwX", ...LEFT_OUT.map((name) => `--exclude=./${name}`)];
  await run(["tar", "-C", CHECKOUT, ...options, "-cf", path, "."]);
}

async function environment(env: EnterOptions["env"]): Promise<Record<string, string>> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    TERM: Deno.env.get("TERM") ?? "dumb",
    ...await networkEnvironment(),
    ...env,
  };
}
