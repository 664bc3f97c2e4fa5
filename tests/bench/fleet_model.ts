/**
 * How long a fleet takes to fetch one image: hosts that begin at different moments share the bandwidth
 * of the cluster equally, and none is faster than its own limit (processor sharing with a cap).
 *
 * @module
 */

/** A fleet and what it fetches. Bytes, and bytes or milliseconds or seconds as named. */
export interface Fleet {
  /** How many hosts. */
  readonly hosts: number;
  /** Bytes that travel to each host. */
  readonly bytes: number;
  /** Bytes a second that the cluster serves to all of them together. */
  readonly cluster: number;
  /** Bytes a second that one host can take: its network, its disk, or `--limit-rate`. */
  readonly host: number;
}

/** What came of it. Times in seconds from the moment when the first host could begin. */
export interface Course {
  /** When the last host has its image. */
  readonly end: number;
  /** How long a host transfers, the middle one of all. */
  readonly transfer: number;
  /** How many hosts transfer at the same time, at most. */
  readonly atOnce: number;
  /** Lowest rate that any host got, in bytes a second: what a stall timeout must bear. */
  readonly slowest: number;
}

/** Seconds at which hosts begin that draw their moment in a window by lot, as `--jitter` does. */
export function randomStarts(
  hosts: number,
  window: number,
  random: () => number,
): readonly number[] {
  return Array.from({ length: hosts }, () => random() * window).sort((a, b) => a - b);
}

/** Seconds at which hosts begin that are started one after another, evenly spread over a window. */
export function evenStarts(hosts: number, window: number): readonly number[] {
  return Array.from({ length: hosts }, (_, n) => n * window / hosts);
}

/**
 * The shortest window for which hosts that start evenly never ask more than the cluster can give: each
 * gets its full rate. Below it a window only moves the waiting; above it the last host merely comes later.
 *
 * @returns Seconds; 0 where the cluster can serve every host at once.
 */
export function usefulWindow({ hosts, bytes, cluster, host }: Fleet): number {
  return hosts * host <= cluster ? 0 : hosts * bytes / cluster;
}

/**
 * Plays the fleet through, from one event (a start or an end) to the next.
 *
 * @param starts When each host begins, in ascending order.
 */
export function simulate(fleet: Fleet, starts: readonly number[]): Course {
  const active: Transfer[] = [];
  const durations: number[] = [];
  let [now, begun, atOnce, slowest] = [0, 0, 0, fleet.host];
  // All share alike: what each active host has got is one number, and who began first ends first.
  let served = 0;
  while (begun < starts.length || active.length > 0) {
    const rate = Math.min(fleet.host, fleet.cluster / Math.max(1, active.length));
    const nextStart = starts[begun] ?? Infinity;
    const first = active[0];
    const nextEnd = first === undefined ? Infinity : now + (first.until - served) / rate;
    const then = Math.min(nextStart, nextEnd);
    if (first !== undefined) slowest = Math.min(slowest, rate);
    served += first === undefined ? 0 : (then - now) * rate;
    now = then;
    if (nextEnd <= nextStart && first !== undefined) {
      active.shift();
      durations.push(now - first.start);
      served = first.until;
    } else {
      active.push({ start: now, until: served + fleet.bytes });
      atOnce = Math.max(atOnce, active.length);
      begun++;
    }
  }
  durations.sort((a, b) => a - b);
  return { end: now, transfer: durations[durations.length >> 1] ?? 0, atOnce, slowest };
}

interface Transfer {
  readonly start: number;
  readonly until: number;
}
