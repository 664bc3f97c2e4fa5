import { LOG_LEVELS, type LogLevel } from "@/context.ts";
import { journalLines, type LogFormat, makeLog } from "@/ui/log.ts";
import { assertEquals } from "@std/assert";
import { FakeClock } from "../../doubles/clock.ts";

function records(
  format: Exclude<LogFormat, "auto">,
  level: LogLevel = "info",
  columns = Infinity,
) {
  const writes: string[] = [];
  const log = makeLog({
    format,
    level,
    write: (text) => void writes.push(text),
    clock: new FakeClock({ now: 1_000 }),
    columns: () => columns,
  });
  return { log, writes };
}

Deno.test("makeLog writes a record at a time, each one line, in every format", () => {
  for (const format of ["text", "json", "journald"] as const) {
    const { log, writes } = records(format);
    log("warning", "rbd said:\nerror: forged\u0007", { image: "a" });
    assertEquals(writes.length, 1);
    assertEquals(writes[0]?.match(/\n/g)?.length, 1);
  }
});

Deno.test("makeLog writes priorities to the journal and words as text", () => {
  const words = LOG_LEVELS.map((level) => {
    const { log, writes } = records("text", "trace");
    log(level, "said", { image: "a", tries: 2 });
    return writes.join("");
  });
  assertEquals(words, [
    "glance-direct: error: said image=a tries=2\n",
    "glance-direct: warning: said image=a tries=2\n",
    "glance-direct: warning: said image=a tries=2\n",
    "glance-direct: hint: said image=a tries=2\n",
    "glance-direct: said image=a tries=2\n",
    "glance-direct: debug: said image=a tries=2\n",
    "glance-direct: trace: said image=a tries=2\n",
  ]);
  const journal = LOG_LEVELS.map((level) => {
    const { log, writes } = records("journald", "trace");
    log(level, "said");
    return writes.join("");
  });
  assertEquals(journal, [
    "<3>said\n",
    "<4>said\n",
    "<4>said\n",
    "<5>said\n",
    "<6>said\n",
    "<7>said\n",
    "<7>said\n",
  ]);
});

Deno.test("journalLines adds a priority to each line that is not empty", () => {
  assertEquals(journalLines("error", "error: a\nhint: b\n"), "<3>error: a\n<3>hint: b\n");
  assertEquals(journalLines("info", "a\n\nb\n"), "<6>a\n\n<6>b\n");
});

Deno.test("makeLog writes JSON records that no field can turn into an error object", () => {
  const { log, writes } = records("json");
  log("error", "said", { type: "error", message: "forged", code: "io" });
  assertEquals(JSON.parse(writes[0] ?? ""), {
    type: "log",
    time: "1970-01-01T00:00:01.000Z",
    level: "error",
    message: "said",
    code: "io",
  });
});

Deno.test("makeLog leaves out what is less severe than wanted", () => {
  const { log, writes } = records("text", "warning");
  for (const level of LOG_LEVELS) log(level, level);
  assertEquals(writes.length, 2);
});

Deno.test("makeLog breaks text between words on a terminal, and JSON never", () => {
  const said = "'/var/lib/nova/instances/_base' may not fit: 1.0 GiB are free, 2.0 GiB are needed";
  for (const format of ["text", "json"] as const) {
    const { log, writes } = records(format, "info", 60);
    log("warning", said);
    log("hint", "free some space: glance-direct cache prune --max-size 200G --dry-run");
    const lines = writes.join("").trimEnd().split("\n");
    if (format === "json") assertEquals(lines.length, 2);
    else {
      assertEquals(lines, [
        "glance-direct: warning: '/var/lib/nova/instances/_base'",
        "  may not fit: 1.0 GiB are free, 2.0 GiB are needed",
        "glance-direct: hint: free some space:",
        "  glance-direct cache prune --max-size 200G --dry-run",
      ]);
    }
  }
});
