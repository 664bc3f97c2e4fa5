/**
 * The commands of the README for an administrator of Ceph.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { CEPH_CONF } from "@lab/ceph/ceph_conf.ts";
import { run } from "@lab/ceph/command.ts";

Deno.test("readme: its commands for Ceph make the user that the lab's computes read with", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const lines = [...readme.matchAll(/^```sh\nceph (.+)$/gm)].map(([, words = ""]) => words);
  assertEquals(lines.length, 1);
  for (const words of lines) {
    // The user is there: with other capabilities this would be an error.
    const printed = await run(["sh", "-c", `ceph -c ${CEPH_CONF} -n client.admin ${words}`]);
    assertStringIncludes(printed, "[client.nova]");
  }
});
