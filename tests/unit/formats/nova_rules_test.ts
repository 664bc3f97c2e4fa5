import { assertEquals } from "@std/assert";
import { NEWEST_RULES, novaRules } from "@/formats/nova_rules.ts";

Deno.test("NEWEST_RULES are those of the newest nova", () => {
  assertEquals(novaRules(99), NEWEST_RULES);
});
