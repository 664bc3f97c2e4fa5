import { assertEquals, assertRejects } from "@std/assert";
import { CHECKS } from "@/doctor/all_checks.ts";
import { type Check, NotApplicable, ok, warning } from "@/doctor/check.ts";
import { examine } from "@/doctor/examine.ts";
import { ToolError } from "@/errors.ts";
import { hostFactsOf } from "./host.ts";

const never = new AbortController().signal;

async function examined(run: Check["run"]) {
  const [report] = await examine([{ id: "a.b", what: "", run }], hostFactsOf({}), never);
  const { duration_ms: _, ...rest } = report!;
  return rest;
}

Deno.test("examine() reports a finding with null for what it does not have", async () => {
  const report = { id: "a.b", status: "ok", summary: "well", details: null, hint: null } as const;
  assertEquals(await examined(() => ok("well")), report);
});

Deno.test("examine() joins details to lines", async () => {
  const { details, hint } = await examined(() => warning("so", "do", ["one", "two"]));
  assertEquals([details, hint], ["one\ntwo", "do"]);
});

Deno.test("examine() reports a ToolError as a failure, with its hints", async () => {
  const error = new ToolError("io", "Cannot read", { hints: ["first", "second"] });
  assertEquals(await examined(() => Promise.reject(error)), {
    id: "a.b",
    status: "failure",
    summary: "Cannot read",
    details: "second",
    hint: "first",
  });
});

Deno.test("examine() reports what a check throws as its failure, and continues", async () => {
  const throwing = () => {
    throw new TypeError("broken");
  };
  const report = await examined(throwing);
  assertEquals([report.status, report.summary], ["failure", "The check itself failed: broken"]);
});

Deno.test("examine() skips what does not apply", async () => {
  const report = await examined(() => Promise.reject(new NotApplicable("off")));
  assertEquals([report.status, report.summary], ["skipped", "off"]);
});

Deno.test("examine() ends with the signal's reason even if a check ignores it", async () => {
  const abort = new AbortController();
  const deaf: Check = { id: "a.b", what: "", run: () => new Promise(() => {}) };
  const all = examine([deaf], hostFactsOf({}), abort.signal);
  abort.abort(new ToolError("interrupted", "Stopped"));
  await assertRejects(() => all, ToolError, "Stopped");
});

Deno.test("examine() gives up a check that never ends, and says so", async () => {
  const clock = { now: () => 0, monotonic: () => 0, sleep: () => Promise.resolve() };
  const deaf: Check = { id: "a.b", what: "", run: () => new Promise(() => {}) };
  const [report] = await examine([deaf], hostFactsOf({ clock }), never);
  assertEquals(report?.status, "failure");
  assertEquals(report?.summary, "Cannot finish the check a.b: no answer within 120 s");
});

Deno.test("CHECKS have ids of two words, each once", () => {
  const ids = CHECKS.map(({ id }) => id);
  assertEquals(ids.filter((id) => !/^[a-z]+\.[a-z_]+$/.test(id)), []);
  assertEquals(new Set(ids).size, ids.length);
});

Deno.test("examine() reports one cause once, and redirects references to it", async () => {
  const dead = () => Promise.reject(new ToolError("keystone_unreachable", "Keystone is dead"));
  const checks: readonly Check[] = [
    { id: "keystone.auth", what: "", run: dead },
    { id: "glance.endpoint", what: "", run: dead },
    {
      id: "glance.hash",
      what: "",
      run: () => Promise.reject(new NotApplicable("Glance cannot be asked: see glance.endpoint")),
    },
    { id: "certificates.trusted", what: "", run: dead },
  ];
  const reports = await examine(checks, hostFactsOf({}), never);
  assertEquals(reports.map(({ id, status, summary }) => `${id} ${status}: ${summary}`), [
    "keystone.auth failure: Keystone is dead",
    "glance.endpoint skipped: Not examined: see keystone.auth",
    "glance.hash skipped: Glance cannot be asked: see keystone.auth",
    "certificates.trusted skipped: Not examined: see keystone.auth",
  ]);
});

Deno.test("examine() tells two failures with one remedy once", async () => {
  const remedy = { hints: ["check that the monitors are reachable: ceph -s"] };
  const fails = (message: string) => () =>
    Promise.reject(new ToolError("timeout", message, remedy));
  const checks: readonly Check[] = [
    { id: "rbd.connect", what: "", run: fails("rbd ls exited with 110") },
    { id: "rbd.read", what: "", run: fails("rbd info exited with 110") },
    {
      id: "cache.lock",
      what: "",
      run: () => Promise.reject(new ToolError("io", "another failure", { hints: ["another"] })),
    },
  ];
  const reports = await examine(checks, hostFactsOf({}), never);
  assertEquals(reports.map(({ id, status, summary }) => `${id} ${status}: ${summary}`), [
    "rbd.connect failure: rbd ls exited with 110",
    "rbd.read skipped: Not examined: see rbd.connect",
    "cache.lock failure: another failure",
  ]);
});

Deno.test("examine() also examines what keeps a check from being examined, and what keeps that", async () => {
  const skipped = (what: string) => () => Promise.reject(new NotApplicable(what));
  const all: readonly Check[] = [
    { id: "config.files", what: "", run: () => Promise.reject(new ToolError("io", "Denied")) },
    { id: "glance.endpoint", what: "", run: skipped("Not known: see config.files") },
    { id: "glance.hash", what: "", run: skipped("Not asked: see glance.endpoint") },
    { id: "qemu.program", what: "", run: () => ok("well") },
  ];
  const ids = async (...chosen: number[]) => {
    const checks = chosen.map((index) => all[index]!);
    const reports = await examine(checks, hostFactsOf({}), never, all);
    return reports.map(({ id, status }) => `${id} ${status}`);
  };
  const whole = ["config.files failure", "glance.endpoint skipped", "glance.hash skipped"];
  assertEquals(await ids(2), whole);
  assertEquals(await ids(1, 2), whole);
  assertEquals(await ids(3), ["qemu.program ok"]);
});

Deno.test("examine() gives no hint that refers to the check itself", async () => {
  const hintOf = async (hint: string) =>
    (await examined(() => Promise.reject(new ToolError("io", "wrong", { hints: [hint] })))).hint;
  assertEquals(
    await hintOf("correct it there, then: glance-direct doctor a.b"),
    "correct it there",
  );
  assertEquals(await hintOf("check the endpoint: glance-direct doctor"), "check the endpoint");
  assertEquals(await hintOf("glance-direct doctor a.b"), null);
  assertEquals(
    await hintOf("glance-direct doctor other.check"),
    "glance-direct doctor other.check",
  );
});
