/**
 * The labs for accidents: the embedded one, or real Ceph. Campaigns are written once for both.
 *
 * @module
 */
import type { TransferFault } from "@lab/embedded/fault.ts";
import type { LabOptions } from "@lab/embedded/lab.ts";
import type { Ended, RunOptions } from "../scenario/program.ts";

/** How a run ended, for those who do not look at its bytes. */
export type Outcome = Pick<Ended, "status" | "stdout" | "stderr" | "seconds">;

/** A run in progress. */
export interface Running {
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  /** How it ends. */
  readonly ended: Promise<Outcome>;
}

/** How one run differs from the command alone. */
export interface StartOptions extends Pick<RunOptions, "env" | "wrapper"> {
  /** More of the command line. @default none */
  readonly flags?: readonly string[];
}

/** What a host works with. */
export interface FaultHostOptions extends LabOptions {
  /** Images. @default {1} */
  readonly images?: number;
  /** Bytes of each disk. @default {1 MiB} */
  readonly size?: number;
  /** Upload qcow2 and have the host make it raw. */
  readonly converted?: boolean;
  /** More of the command line. */
  readonly flags?: readonly string[];
}

/** What a campaign sees of a compute host with images, and the two sentences that must stay true. */
export interface Victim extends AsyncDisposable {
  /** The images. */
  readonly images: readonly unknown[];
  /** The cache directory. */
  readonly cache: string;
  /** Starts the command. */
  start(options?: StartOptions): Promise<Running>;
  /** Runs the command to its end. */
  run(options?: StartOptions): Promise<Outcome>;
  /** Process ids of every `rbd` that exports one of its images. */
  exporting(): Promise<readonly number[]>;
  /** Every path in the cache, sorted. */
  paths(): readonly string[];
  /** Each final name leads to the whole verified file, or to nothing. @returns How many are there. */
  assertWholeOrNothing(): number;
  /** The program was honest: 0 with every file, or one of the documented statuses. */
  assertHonest(outcome: Outcome): void;
  /** The next run succeeds, and then the files are there and nothing else: no process, no name. */
  assertRecovers(): Promise<void>;
  /** Waits until no process of this host runs any more. */
  untilQuiet(): Promise<void>;
  /** Empties the cache. */
  clear(): void;
}

/** A victim whose Glance and Keystone can be made to fail. */
export interface FrailVictim extends Victim {
  /** Has the data of every image from Glance go wrong from now on, or no more. */
  breakGlance(fault: TransferFault | undefined): void;
  /** Has Keystone answer every login with 503 from now on, or no more. */
  breakKeystone(isBroken: boolean): void;
  /** Makes every token that the program has worthless. */
  endTokens(): Promise<void>;
}

/** A lab. */
export interface FaultLab {
  /** Whether its services are the real ones. */
  readonly isReal: boolean;
  /** What the names of its campaigns end with. */
  readonly suffix: string;
  /** The flag that chooses its source. */
  readonly source: string;
  /** How many cases there is time for, of so many against the embedded lab. */
  cases(count: number): number;
  /** How many images a concurrency has: an upload takes its time. */
  readonly concurrency: number;
  /** Makes a compute host. */
  open(options: FaultHostOptions): Promise<Victim>;
  /** Makes a compute host whose Glance and Keystone can be made to fail. */
  openFrail(options: FaultHostOptions): Promise<FrailVictim>;
}
