/**
 * The version of the program.
 *
 * @module
 */
import manifest from "../deno.json" with { type: "json" };

/** The same as in `deno.json`. */
export const VERSION: string = manifest.version;
