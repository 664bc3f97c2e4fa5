/**
 * The error for the time limit of a whole run names the setting.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { deadline } from "@/commands/deadline.ts";
import type { Session } from "@/commands/session.ts";
import { FakeClock } from "../../doubles/clock.ts";
import { memoryConfig } from "../config/memory_config.ts";

/** What ends a run that takes so many seconds. */
async function reasonAfter(
  seconds: number,
  config: Session["config"],
): Promise<string | undefined> {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  const bounded = deadline({ config, context: { clock }, signal } as unknown as Session);
  await clock.advance(seconds * 1000);
  return bounded.aborted ? bounded.reason.message : undefined;
}

Deno.test("deadline names the flag, or the line of the configuration, and its value", async () => {
  const flag = memoryConfig({ overrides: { "glance_direct.timeout": "30" } });
  assertEquals(await reasonAfter(29, flag), undefined);
  assertEquals(await reasonAfter(30, flag), "Not finished within 30 s (--timeout)");
  const file = memoryConfig({ text: "[glance_direct]\ntimeout = 1m\n" });
  const expected = "Not finished within 60 s ([glance_direct]timeout, /nova.conf:2)";
  assertEquals(await reasonAfter(60, file), expected);
  assertEquals(await reasonAfter(1e6, memoryConfig()), undefined);
});
