import { assert, assertEquals } from "@std/assert";
import { CHECKS } from "@/doctor/all_checks.ts";

const TESTS = ["doctor_test.ts", "doctor_machine_test.ts", "seal_test.ts"].map((name) =>
  Deno.readTextFileSync(`${import.meta.dirname}/../../ceph/${name}`)
).join("\n");

Deno.test("CHECKS: each has a fault that is provoked for real", () => {
  const ids = CHECKS.map(({ id }) => id);
  assertEquals(new Set(ids).size, ids.length);
  assertEquals(ids.filter((id) => !TESTS.includes(`"${id}"`)), []);
  assert(ids.every((id) => /^[a-z]+\.[a-z_]+$/.test(id)), "ids are names for scripts");
});
