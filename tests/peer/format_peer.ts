/**
 * The real inspectors, asked through `format_peer.py`: nova's and qemu-img.
 *
 * @module
 */

const PYTHON = "/usr/bin/python3";
const DRIVER = new URL("format_peer.py", import.meta.url).pathname;

/** What the peers make of one file. */
export interface PeerVerdict {
  /** The `disk_format` values under which nova takes it. */
  readonly nova: readonly (string | null)[];
  /** Whether nova takes it with `[workarounds]disable_deep_image_inspection`. */
  readonly shallow: boolean;
  /** The first number of this nova's version. */
  readonly major: number;
  /** Size of an ISO by nova's inspector; `null` for anything else. */
  readonly isoSize: number | null;
  /** What `qemu-img info` says; `null` if it cannot open the file. */
  readonly qemu: { readonly format: string; readonly size: number } | null;
}

/** Why the peers cannot be asked, or `undefined` when they can. */
export async function peersMissing(): Promise<string | undefined> {
  if (!await succeeds("qemu-img", ["--version"])) return "qemu-img is not installed";
  if (!await succeeds(PYTHON, ["-c", "import nova.virt.images"])) {
    return `${PYTHON} has no module 'nova'`;
  }
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    const child = new Deno.Command(command, { args, stdout: "null", stderr: "null" });
    return (await child.output()).success;
  } catch {
    return false;
  }
}

/** Shows files to the peers, all in one process. */
export async function askPeers(paths: readonly string[]): Promise<readonly PeerVerdict[]> {
  const child = new Deno.Command(PYTHON, {
    args: ["-W", "ignore", DRIVER],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(300_000),
  }).spawn();
  const sent = new Blob(paths.map((path) => `${path}\n`)).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  await sent;
  return new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
}
