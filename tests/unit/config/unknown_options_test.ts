/**
 * A misspelt option in `[glance_direct]` is reported.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { unknownOptionText } from "@/config/unknown_options.ts";
import { memoryConfig } from "./memory_config.ts";

function told(text: string): readonly string[] {
  return memoryConfig({ text }).unknown.map(unknownOptionText);
}

Deno.test("Config.unknown names what has no effect, its place and the option that was meant", () => {
  const text = "[glance_direct]\nretires = 3\nlimit-rate = 5M\nLimit_Rate = 5M\nqwertz = 1\n";
  const rest = "is not a known option and has no effect";
  assertEquals(told(text), [
    `[glance_direct]retires (/nova.conf:2) ${rest}; did you mean 'retries'?`,
    `[glance_direct]limit-rate (/nova.conf:3) ${rest}; did you mean 'limit_rate'?`,
    `[glance_direct]Limit_Rate (/nova.conf:4) ${rest}; did you mean 'limit_rate'?`,
    `[glance_direct]qwertz (/nova.conf:5) ${rest}`,
  ]);
});

Deno.test("Config.unknown is about the program's own group: nova has more options than are read", () => {
  assertEquals(
    told("[DEFAULT]\ndebug = true\n[libvirt]\nvirt_type = kvm\n[glance_direct]\nretries = 1\n"),
    [],
  );
});
