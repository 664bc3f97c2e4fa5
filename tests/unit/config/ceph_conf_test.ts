/**
 * Ceph's own dialect; the differential test against ceph-conf is tests/peer/ceph_conf_test.ts.
 *
 * @module
 */
import fc from "fast-check";
import { CephConf } from "@/config/ceph_conf.ts";
import { ToolError } from "@/errors.ts";
import { assertEquals, assertFalse, assertThrows } from "@std/assert";

const FSID = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";

function read(text: string, path = "/etc/ceph/ceph.conf"): CephConf {
  return new CephConf(text, path, "glance");
}

Deno.test("CephConf returns the fsid in lower case, or nothing", () => {
  assertEquals(read(`[global]\nfsid = ${FSID.toUpperCase()}\n`).fsid, FSID);
  assertEquals(read("[global]\nfsid =\n").fsid, undefined);
  assertEquals(read("").fsid, undefined);
});

Deno.test("CephConf prefers the client's own section, then [client], then [global]", () => {
  const sections = ["[client.glance]\nk = own\n", "[client]\nk = any\n", "[global]\nk = all\n"];
  const values = [0, 1, 2].map((from) => read(sections.slice(from).toReversed().join("")).get("k"));
  assertEquals(values, ["own", "any", "all"]);
});

Deno.test("CephConf returns the places where Ceph looks for the keyring", () => {
  assertEquals(read("", "/srv/east.conf").keyrings, [
    "/etc/ceph/east.client.glance.keyring",
    "/etc/ceph/east.keyring",
    "/etc/ceph/keyring",
    "/etc/ceph/keyring.bin",
  ]);
  assertEquals(
    read("[global]\nrun = /r\nkeyring = $run/$cluster.$name.keyring; comment\n").keyrings,
    ["/r/ceph.client.glance.keyring"],
  );
});

Deno.test("CephConf continues a line behind a backslash, but not behind an escaped one", () => {
  assertEquals(read("[global]\nk = a \\\nb\nj = 1\n").get("k"), "a b");
  const escaped = read("[global]\nk = a\\\\\nj = 1\n");
  assertEquals([escaped.get("k"), escaped.get("j")], ["a\\", "1"]);
});

Deno.test("CephConf names file and line of a mistake, but not its text", () => {
  const mistakes = {
    "[global]\n\ngeheim\n": "Cannot read '/c.conf:3': an option needs a name and '='",
    "[global\n": "Cannot read '/c.conf:1': a section is '[name]' alone on its line",
    '[global]\nk = a \\\n  b\nkey = "geheim\n':
      "Cannot read '/c.conf:4': quotes must end, and nothing may follow them",
    "key = geheim\n[global]\n": "Cannot read '/c.conf:2': options come before the first section",
  };
  for (const [text, message] of Object.entries(mistakes)) {
    const error = assertThrows(() => read(text, "/c.conf"), ToolError);
    assertEquals([error.message, error.code, error.hints.length], [message, "config_invalid", 1]);
    assertFalse(error.message.includes("geheim"));
  }
});

Deno.test("CephConf keeps a name that is neither a variable nor an option", () => {
  const text = "[global]\nk = $constructor ${toString} $nosuch\n";
  assertEquals(read(text).get("k"), "$constructor ${toString} $nosuch");
});

Deno.test("CephConf ends even if options refer to each other in a circle", () => {
  assertEquals(read("[global]\na = $b\nb = $a\n").get("a")?.includes("$"), true);
});

Deno.test("CephConf throws nothing but config_invalid, whatever the text", () => {
  const part = fc.constantFrom(
    "[a]",
    "[",
    "]",
    "=",
    " ",
    "\n",
    "\r",
    "#",
    ";",
    "\\",
    '"',
    "'",
    "k",
    "$",
    "{",
    "}",
  );
  const text = fc.oneof(
    fc.array(part).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, (text) => {
      try {
        const conf = read(text);
        assertEquals(typeof conf.keyrings.length, "number");
        conf.get("k");
      } catch (error) {
        if (!(error instanceof ToolError) || error.code !== "config_invalid") throw error;
      }
    }),
    { seed: 11, numRuns: 1000 },
  );
});
