/**
 * Moments of a transfer, by what lies in the cache directory.
 *
 * @module
 */
import type { FaultHostOptions, FaultLab, Victim } from "./fault_lab.ts";

/** A fetch that takes two seconds, so that an accident can come in between. */
export function slow({ source }: Pick<FaultLab, "source">): FaultHostOptions {
  return { size: 4 << 20, flags: [source, "--limit-rate=2M"] };
}

/** Waits until bytes lie in the cache under a name that is not final. */
export async function untilMidway(host: Pick<Victim, "paths">): Promise<void> {
  await untilSome(host, (path) => path.endsWith(".tmp") && sizeOf(path) > 0);
}

/** Waits until a file has its final name. */
export async function untilNamed(host: Pick<Victim, "paths">): Promise<void> {
  await untilSome(host, (path) => /\/[0-9a-f]{40}$/.test(path));
}

async function untilSome(
  host: Pick<Victim, "paths">,
  isAwaited: (path: string) => boolean,
): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (host.paths().some(isAwaited)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the program did not get there");
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}
