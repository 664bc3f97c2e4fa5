import { assertEquals } from "@std/assert";
import { NEWEST_RULES, novaRules } from "@/formats/nova_rules.ts";

Deno.test("NEWEST_RULES are those of the newest nova", () => {
  assertEquals(novaRules(99), NEWEST_RULES);
});

Deno.test("objectionsTo says which formats there are to a name that is none, and to none", () => {
  assertEquals(reasons("ploop", view([])), [
    "disk_format 'ploop' is none of those that nova takes: " +
    "raw, qcow2, vmdk, vhd, vhdx, vdi, iso, gpt, luks, qed, ami, aki, ari",
  ]);
  assertEquals(reasons(null, view([])), ["its record has no disk_format"]);
});
