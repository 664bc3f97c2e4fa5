/**
 * The table "Proven on" shows the results of the last runs.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { withTable } from "@lab/release/table.ts";

const NOTHING = { versions: {}, suites: {} };
const TRIXIE = {
  versions: { Python: "3.13", nova: "31.0", Ceph: "18.2", Glance: "30.0" },
  suites: {
    peer: { passed: 88, failed: 0, date: "2026-11-29" },
    ceph: { passed: 390, failed: 2, date: "2026-11-28" },
  },
};
const LINE = "| trixie | 31.0 | 18.2 | 30.0 | 3.13 | peer: 88, 0; ceph: 390, 2 | 2026-11-29 |";

Deno.test("withTable() writes a line for every release that had a run, and keeps the text around the table", () => {
  const text = withTable("a\n<!-- proven -->\n\nold\n<!-- /proven -->\nb", { trixie: TRIXIE });
  assertEquals(text.startsWith("a\n<!-- proven -->\n\n| Debian | nova | Ceph |"), true);
  assertEquals(text.endsWith(`\n${LINE}\n\n<!-- /proven -->\nb`), true);
});

Deno.test("withTable() keeps the line of a release that had no run since", () => {
  const once = withTable("<!-- proven --><!-- /proven -->", { trixie: TRIXIE, sid: NOTHING });
  assertEquals(withTable(once, { trixie: NOTHING, sid: NOTHING }), once);
});

Deno.test("withTable() refuses a document that has no place for it", () => {
  assertThrows(() => withTable("a", { trixie: TRIXIE }), Error, "No place for the table");
});
