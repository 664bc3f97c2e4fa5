/**
 * The permissions of a transfer hold in a compiled program, too: with the runtime, the flags and the
 * baked permissions of the real one.
 *
 * @module
 */
import { COMPILE_FLAGS } from "../../.ci/compile.ts";
import { run } from "../../.ci/command.ts";
import { permissionFlags } from "../../.ci/permissions.ts";
import { chooseToolchain } from "../../.ci/toolchain.ts";
import { ATTEMPTS } from "../unit/transfer/escape_attempts.ts";
import { assertRefused, escape, type TryAll } from "../unit/transfer/escape.ts";
import { assertEquals } from "@std/assert";

const TOP = new URL("../../", import.meta.url).pathname;
const ATTEMPTS_FILE = "tests/unit/transfer/escape_attempts.ts";

const compiled: TryAll = async (permissions, routes) => {
  const directory = await Deno.makeTempDir();
  try {
    const { deno, runtime } = await chooseToolchain(Deno.build.target);
    const flags = [...COMPILE_FLAGS, ...permissionFlags([routes.program])];
    const harness = `${directory}/harness`;
    const files = ["--include", ATTEMPTS_FILE, "tests/scenario/escape_harness.ts"];
    await run([deno, "compile", ...flags, "--output", harness, ...files], {
      cwd: TOP,
      ...(runtime === undefined ? {} : { env: { DENORT_BIN: runtime } }),
    });
    return JSON.parse(await run([harness, JSON.stringify({ permissions, routes })], { cwd: "/" }));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
};

/**
 * What the runtime of Deno 2.5.7 lets pass. The program cannot do it: its scripts import nothing while
 * they run, and V8 makes no new ones from strings (`executable_test.ts`).
 */
const KNOWN = ["import a module outside the cache"];

Deno.test("the thread of a transfer has no further permission (compiled)", async (t) => {
  const { outcomes } = await escape(compiled);
  const { reason } = await chooseToolchain(Deno.build.target);
  for (const name of Object.keys(ATTEMPTS)) {
    await t.step(name, () => {
      if (KNOWN.includes(name) && reason.includes("2.5.7")) {
        assertEquals(outcomes[name], { got: "[object Module]" });
      } else assertRefused(outcomes[name]);
    });
  }
});
