/**
 * `@std/assert`, re-published on npm without its types; `assert.d.ts` gives them back. Where JSR is in
 * reach, `deno.json` maps the name to `jsr:@std/assert` and this folder goes.
 *
 * @module
 */
// @ts-types="./assert.d.ts"
export * from "deno-std/assert/mod.js";
