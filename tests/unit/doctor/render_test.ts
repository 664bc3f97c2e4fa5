import { assertEquals } from "@std/assert";
import type { CheckReport } from "@/doctor/examine.ts";
import { renderReports } from "@/doctor/render.ts";

const common = { details: null, hint: null, duration_ms: 1 };
const REPORTS: readonly CheckReport[] = [
  { ...common, id: "glance.hash", status: "ok", summary: "All is well", details: "never shown" },
  {
    ...common,
    id: "cache.lock",
    status: "failure",
    summary: "flock(2) grants one lock twice there, so that two runs would write one file",
    details: "first\nsecond",
    hint: "use a file system with locks",
  },
];

Deno.test("renderReports writes a report on one line if there is no terminal", () => {
  assertEquals(renderReports(REPORTS, { columns: Infinity, isColoured: false }).split("\n"), [
    "ok       glance.hash  All is well",
    "failure  cache.lock   flock(2) grants one lock twice there, so that two runs would write one file",
    "                      first",
    "                      second",
    "                      hint: use a file system with locks",
    "1 ok, 0 warning, 1 failure, 0 skipped",
  ]);
});

Deno.test("renderReports keeps 80 columns, the text beside the id", () => {
  const lines = renderReports(REPORTS, { columns: 80, isColoured: false }).split("\n");
  assertEquals(lines.slice(1, 3), [
    "failure  cache.lock   flock(2) grants one lock twice there, so that two runs",
    "                      would write one file",
  ]);
});

Deno.test("renderReports keeps 40 columns, the text below the id", () => {
  assertEquals(renderReports(REPORTS, { columns: 40, isColoured: false }).split("\n").slice(0, 5), [
    "ok glance.hash",
    "  All is well",
    "failure cache.lock",
    "  flock(2) grants one lock twice there,",
    "  so that two runs would write one file",
  ]);
});

Deno.test("renderReports colours only the status, on a terminal with colours", () => {
  const page = { columns: 80, isColoured: true };
  const lines = renderReports(REPORTS, page).split("\n");
  assertEquals(lines[0], "\x1b[32mok\x1b[0m       glance.hash  All is well");
  assertEquals(lines[1]?.startsWith("\x1b[1;31mfailure\x1b[0m  cache.lock"), true);
  const plain = renderReports(REPORTS, { ...page, isColoured: false });
  const codes = ["32", "1;31", "0"].map((code) => `\x1b[${code}m`);
  const bare = codes.reduce((text, code) => text.replaceAll(code, ""), lines.join("\n"));
  assertEquals(bare, plain);
});

Deno.test("renderReports starts a path before its column rather than break it", () => {
  const path = "'/var/lib/nova/instances/_base/da39a3ee5e6b4b0d3255bfef95601890afd80709'";
  const report = {
    ...common,
    id: "cache.lock",
    status: "ok",
    summary: `${path} is there`,
  } as const;
  assertEquals(
    renderReports([report], { columns: 80, isColoured: false }).split("\n").slice(0, 3),
    [
      "ok       cache.lock",
      `${" ".repeat(80 - path.length)}${path}`,
      "                     is there",
    ],
  );
});
