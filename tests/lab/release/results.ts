/**
 * The results of runs: a file for each release, below `dist/proven`.
 *
 * @module
 */
import { CHECKOUT } from "./place.ts";

const PROVEN = `${CHECKOUT}/dist/proven`;

/** The result of a suite. */
export interface Result {
  /** Tests that passed. */
  readonly passed: number;
  /** Tests that failed; a suite that ended without a summary counts as one. */
  readonly failed: number;
  /** The date, as `2026-11-29`. */
  readonly date: string;
}

/** The results of a release. */
export interface Proof {
  /** Versions of the software on that release, by the names of the table's columns. */
  readonly versions: Readonly<Record<string, string>>;
  /** Results by name of the suite. */
  readonly suites: Readonly<Record<string, Result>>;
}

/** Adds to the results of a release, in one step: suites may run side by side. */
export function record(release: string, news: Partial<Proof>): void {
  const { versions, suites } = proofOf(release);
  const proof: Proof = {
    versions: { ...versions, ...news.versions },
    suites: { ...suites, ...news.suites },
  };
  Deno.mkdirSync(PROVEN, { recursive: true });
  Deno.writeTextFileSync(fileOf(release), `${JSON.stringify(proof, null, 2)}\n`);
}

/** The results of a release; empty before its first run. */
export function proofOf(release: string): Proof {
  try {
    return JSON.parse(Deno.readTextFileSync(fileOf(release))) as Proof;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { versions: {}, suites: {} };
    throw error;
  }
}

/** A result of today. */
export function today(passed: number, failed: number): Result {
  return { passed, failed, date: new Date().toISOString().slice(0, 10) };
}

function fileOf(release: string): string {
  return `${PROVEN}/${release}.json`;
}
