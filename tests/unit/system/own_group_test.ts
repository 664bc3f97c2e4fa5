import { assertEquals } from "@std/assert";
import { ownGroup } from "@/system/own_group.ts";

const FILES: Readonly<Record<string, string>> = {
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/sh\nnova:x:113:120::/var/lib/nova:/bin/false\nodd:x:7:8::/:\n",
  "/etc/group": "root:x:0:\nopenstack:x:120:\n",
};

function read(path: string): string {
  const text = FILES[path];
  if (text === undefined) throw new Deno.errors.NotFound(path);
  return text;
}

const GROUPS: readonly (readonly [uid: number | null, group: string])[] = [
  [113, "openstack"],
  [7, "8"],
  [0, "nova"],
  [42436, "nova"],
  [null, "nova"],
];

for (const [uid, group] of GROUPS) {
  Deno.test(`ownGroup() of uid ${uid} is ${group}`, () => assertEquals(ownGroup(uid, read), group));
}

Deno.test("ownGroup() without a list of users is nova's", () => {
  assertEquals(
    ownGroup(113, () => {
      throw new Deno.errors.NotCapable();
    }),
    "nova",
  );
});
