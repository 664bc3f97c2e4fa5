/**
 * Selects the compiler and the runtime to build on: `DENORT_BIN` if set, else this Deno with its
 * own runtime from Deno's download site, else, if that site is not reachable, both from npm
 * packages.
 *
 * @module
 */
import { recoverRuntime } from "./denort.ts";
import { cacheDirectory, npmFile, type PinnedFile } from "./npm_file.ts";

/** The selected compiler, and the reason. */
export interface Toolchain {
  /** Path of the Deno that bundles and compiles. */
  readonly deno: string;
  /** Path of the runtime to build on; absent means that the compiler downloads its own. */
  readonly runtime?: string;
  /** One line for the build's output. */
  readonly reason: string;
}

const DOWNLOAD_SITE = "https://dl.deno.land";
const PROBE_TIMEOUT_MS = 3_000;
const REMEMBER_MS = 60 * 60 * 1_000;

/** A compiler and a runtime of exactly the same version: no other pair is guaranteed to work. */
const CLOSED_NETWORK_VERSION = "2.5.7";
const CLOSED_NETWORK_TARGET = "x86_64-unknown-linux-gnu";

const COMPILER: PinnedFile = {
  package: `@deno/linux-x64-glibc@${CLOSED_NETWORK_VERSION}`,
  path: "deno",
  sha256: "a03171c344462f5e1463ca5d48ae38eb0298547b95fabdbbc6a0e333d0e56db2",
};

/** A command-line program compiled with that version. Only Deno's own bytes are used. */
const RUNTIME: PinnedFile = {
  package: "@dgellow/pls-linux-x64@0.7.3",
  path: "bin/pls",
  sha256: "2c06411a4a2404b8d8a6cd4147da407a533db921b5c1c87fd1073367a0d7b69b",
  extract: recoverRuntime,
};

/** Whether the download site answers within {@linkcode PROBE_TIMEOUT_MS}. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "HEAD",
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Whether a marker file was written within {@linkcode REMEMBER_MS}. */
async function isRecent(marker: string): Promise<boolean> {
  try {
    const { mtime } = await Deno.stat(marker);
    return mtime !== null && Date.now() - mtime.getTime() < REMEMBER_MS;
  } catch {
    return false;
  }
}

/** Whether this Deno's runtime can be downloaded; a "no" is cached, a "yes" is checked again. */
async function siteReachable(target: string, marker: string): Promise<boolean> {
  if (await isRecent(marker)) return false;
  if (await answers(`${DOWNLOAD_SITE}/release/v${Deno.version.deno}/denort-${target}.zip`)) {
    return true;
  }
  await Deno.mkdir(cacheDirectory(), { recursive: true });
  await Deno.writeTextFile(marker, "");
  return false;
}

/**
 * The compiler and runtime for a target.
 *
 * @param target A triple for `deno compile --target`.
 * @throws {Error} If the target's runtime is not available in any of the three ways.
 */
export async function chooseToolchain(target: string): Promise<Toolchain> {
  const given = Deno.env.get("DENORT_BIN");
  if (given) {
    return { deno: Deno.execPath(), runtime: given, reason: `DENORT_BIN=${given}` };
  }
  const marker = `${cacheDirectory()}/download-site-unreachable`;
  if (await siteReachable(target, marker)) {
    return { deno: Deno.execPath(), reason: `runtime ${Deno.version.deno} from the download site` };
  }
  if (target !== CLOSED_NETWORK_TARGET || target !== Deno.build.target) {
    throw new Error(
      `Cannot compile for '${target}': ${DOWNLOAD_SITE} does not answer (remembered for an hour in ` +
        `'${marker}') and DENORT_BIN is not set`,
    );
  }
  return {
    deno: await npmFile(COMPILER),
    runtime: await npmFile(RUNTIME),
    reason: `Deno and runtime ${CLOSED_NETWORK_VERSION} from npm: ${DOWNLOAD_SITE} does not ` +
      `answer (remembered for an hour in '${marker}')`,
  };
}
