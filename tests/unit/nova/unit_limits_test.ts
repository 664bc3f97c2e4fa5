import { assertEquals } from "@std/assert";
import { limitProblems } from "@/nova/unit_limits.ts";
import { UnitSettings } from "@/nova/unit_settings.ts";

function fixes(...lines: readonly string[]): readonly string[] {
  const settings = UnitSettings.parse([["/u", ["[Service]", ...lines].join("\n")]]);
  return limitProblems(settings).map(({ fix }) => fix);
}

/** What does harm, and what does not: the smallest value that is enough, and none. */
const CASES: Readonly<Record<string, readonly (readonly [value: string, isHarmful: boolean])[]>> = {
  LimitAS: [["4G", true], ["64G", true], ["4G:infinity", true], ["128G", false], ["1T", false]],
  LimitDATA: [["1536M", true], ["4194303K", true], ["4G", false]],
  LimitFSIZE: [["1T", true], ["0", true], ["10G:infinity", true], ["infinity:infinity", false]],
  LimitSTACK: [["128K", true], ["8M", false], ["131072", true]],
  LimitNOFILE: [["32", true], ["32:4096", false], ["1024", false]],
  LimitNPROC: [["8", true], ["4096", false]],
  TasksMax: [["20", true], ["4915", false], ["80%", false]],
  MemoryMax: [["256M", true], ["512M", false], ["2G", false], ["10%", false]],
  MemoryLimit: [["100M", true], ["2G", false]],
  MemoryDenyWriteExecute: [["yes", true], ["1", true], ["True", true], ["no", false], ["x", false]],
};

for (const [name, values] of Object.entries(CASES)) {
  for (const [value, isHarmful] of [...values, ["infinity", false], ["", false]] as const) {
    Deno.test(`limitProblems() ${isHarmful ? "names" : "allows"} ${name}=${value}`, () => {
      const found = fixes(`${name}=${value}`);
      assertEquals(found.map((fix) => fix.split("=")[0]), isHarmful ? [name] : []);
    });
  }
}

Deno.test("limitProblems() suggest values that they allow", () => {
  const harmful = Object.entries(CASES).map(([name, [first]]) => `${name}=${first?.[0]}`);
  const found = fixes(...harmful);
  assertEquals(found.length, harmful.length);
  assertEquals(fixes(...found), []);
});

Deno.test("limitProblems() take the last value that systemd can read", () => {
  assertEquals(fixes("LimitAS=4G", "LimitAS=infinity"), []);
  assertEquals(fixes("LimitAS=4G", "LimitAS=", "LimitAS=lots"), ["LimitAS=infinity"]);
  assertEquals(fixes("MemoryDenyWriteExecute=yes", "MemoryDenyWriteExecute=no"), []);
  const denied = fixes("MemoryDenyWriteExecute=yes", "MemoryDenyWriteExecute=maybe");
  assertEquals(denied, ["MemoryDenyWriteExecute=no"]);
});
