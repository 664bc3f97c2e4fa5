/**
 * Images that the real Glance keeps in files, on a host that has its directory mounted. A share that
 * fails or hangs costs no more than the stall timeout, and Glance itself still serves.
 *
 * @module
 */
import { assertEquals, assertLess, assertLessOrEqual, assertMatch } from "@std/assert";
import { FILE_STORE, FILES } from "@lab/ceph/glance_conf.ts";
import { DENSE, makeImages } from "@lab/ceph/images.ts";
import { remove, upload } from "@lab/ceph/seed.ts";
import { Share } from "@lab/ceph/share.ts";
import { until } from "@lab/ceph/wait.ts";
import type { TransferFault } from "@lab/embedded/fault.ts";
import { ComputeHost } from "./compute_host.ts";
import { assertSameBytes } from "./content.ts";
import { course, failureOf, mounting, resultOf } from "./tool.ts";

const STALL = 4;
const ROOTS = `[glance_direct]\nfile_roots = ${FILES}\n`;
const MIDWAY = 10_000_001;

/** The image of these tests; Glance is asked for its data once more where the share fails. */
const IMAGE = { ...DENSE, id: crypto.randomUUID(), store: FILE_STORE };

Deno.test.beforeAll(async () => {
  await makeImages();
  await upload(IMAGE);
});
Deno.test.afterAll(() => remove(IMAGE.id));

Deno.test("fetch reads the file that Glance's location names", async () => {
  await using host = await ComputeHost.make({ more: ROOTS });
  const result = resultOf(await host.fetch(IMAGE.id));
  assertEquals(course(result.attempts), ["file ok"]);
  assertEquals(result.attempts[0]?.location, `file://${FILES}/${IMAGE.id}`);
  await assertSameBytes(host.base(IMAGE.id), IMAGE.path);
  await host.assertLeft(IMAGE.id, "the image");
});

Deno.test("fetch reads no file below a directory that is not listed, and says so", async () => {
  await using host = await ComputeHost.make();
  const result = resultOf(await host.fetch(IMAGE.id));
  assertEquals(course(result.attempts), ["file skipped location_invalid", "glance ok"]);
  assertMatch(result.attempts[0]?.message ?? "", /directories allowed are none/);
});

const FAULTS: readonly (readonly [string, TransferFault, string])[] = [
  ["hangs before it answers", { kind: "silent" }, "timeout"],
  ["hangs in the middle", { kind: "hang", after: MIDWAY }, "timeout"],
  ["fails in the middle", { kind: "cut", after: MIDWAY }, "source_unavailable"],
];

for (const [what, fault, code] of FAULTS) {
  Deno.test(`fetch falls back to HTTP within the stall timeout and 2 s when the share ${what}`, async () => {
    await using share = await Share.mount(FILES);
    await share.setFault(IMAGE.id, fault);
    await using host = await ComputeHost.make({ more: ROOTS });
    const wrapper = mounting(share.mount, FILES);
    const running = host.beginIn({ wrapper }, IMAGE.id, `--stall-timeout=${STALL}s`);
    const result = resultOf(await running.ended);
    assertEquals(course(result.attempts), [`file failed ${code}`, "glance ok"]);
    const { bytes = 0, seconds = Infinity } = result.attempts[0] ?? {};
    assertEquals(bytes, fault.kind === "silent" ? 0 : MIDWAY);
    assertLessOrEqual(seconds, STALL + 2);
    await assertSameBytes(host.base(IMAGE.id), IMAGE.path);
    await host.assertLeft(IMAGE.id, "the image");
  });
}

Deno.test("fetch ends within 1 s of SIGTERM while the share hangs", async () => {
  await using share = await Share.mount(FILES);
  await share.setFault(IMAGE.id, { kind: "hang", after: MIDWAY });
  await using host = await ComputeHost.make({ more: ROOTS });
  const running = host.beginIn({ wrapper: mounting(share.mount, FILES) }, IMAGE.id);
  await until("file that grows in the cache", () => host.holdsBytes());
  const begun = performance.now();
  running.kill("SIGTERM");
  const ended = await running.ended;
  assertLess(performance.now() - begun, 1000);
  assertEquals([ended.status, failureOf(ended).exit_status], [143, 143]);
  await host.assertLeft(IMAGE.id, "nothing");
});
