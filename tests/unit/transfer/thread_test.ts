import { join } from "node:path";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { type Lab, type LabOptions, startLab } from "@lab/embedded/lab.ts";
import { until } from "@lab/ceph/wait.ts";
import type { Clock } from "@/context.ts";
import { DownloadError } from "@/transfer/failure.ts";
import type { DownloadEvent } from "@/transfer/events.ts";
import { ToolError } from "@/errors.ts";
import { type AuthSession, fixedSession } from "@/openstack/keystone/session.ts";
import { systemClock } from "@/system/clock.ts";
import { runInThread } from "@/transfer/thread.ts";
import type { Plan } from "@/plan/plan.ts";
import { SELF_SIGNED } from "../../doubles/certificates.ts";
import { FakeClock } from "../../doubles/clock.ts";
import { glanceLink, planOf } from "./plans.ts";

const CONTENT = dense(noise(3 << 20));
const NOBODY = fixedSession("test", {});

interface Told {
  readonly events: DownloadEvent[];
  readonly records: string[];
  ready: number;
}

function transfer(
  plan: Plan,
  {
    clock = systemClock,
    session = NOBODY,
    signal = new AbortController().signal,
  }: {
    clock?: Clock;
    session?: AuthSession;
    signal?: AbortSignal;
  } = {},
) {
  const told: Told = { events: [], records: [], ready: 0 };
  const parts = {
    context: {
      clock,
      log: (_level: string, message: string) => void told.records.push(message),
    },
    session,
    onEvent: (event: DownloadEvent) => void told.events.push(event),
    onReady: () => void told.ready++,
  };
  return { told, result: runInThread(parts, plan, signal) };
}

async function withImage(
  options: LabOptions,
  test: (lab: Lab, id: string, plan: Plan) => Promise<void>,
  kinds?: readonly ("rbd" | "glance")[],
) {
  await using lab = startLab(options);
  const image = lab.addImage({ name: "image", content: CONTENT });
  await test(lab, image.id, await planOf(lab, image, kinds));
}

/** A session whose tokens the lab's Keystone issues. */
function renewing(lab: Lab): AuthSession & { readonly renewed: string[] } {
  const renewed: string[] = [];
  let headers = { "x-auth-token": lab.tokens.issue("admin") };
  return {
    ...fixedSession("test", {}),
    renewed,
    headers: () => Promise.resolve(headers),
    renew(refused) {
      renewed.push(refused["x-auth-token"] ?? "");
      headers = { "x-auth-token": lab.tokens.issue("admin") };
      return true;
    },
  };
}

Deno.test("runInThread() brings an image from Ceph, its events and its result", () =>
  withImage({}, async (lab, _id, plan) => {
    const { told, result } = transfer(plan);
    const { attempts, outcome, source, verified } = await result;
    assertEquals({ outcome, source, attempts: attempts.length }, {
      outcome: "fetched",
      source: "rbd",
      attempts: 1,
    });
    assertEquals(verified.hash?.algorithm, "sha512");
    assertEquals(told.events[0]?.kind, "attempt");
    assertEquals(told.ready, 1);
    assertEquals((await Deno.stat(join(lab.instances, "image"))).size, CONTENT.size);
  }));

Deno.test("runInThread() sets the owner of the directory on a file that root makes", () =>
  withImage({}, async (lab, _id, plan) => {
    // Who is not root can give to nobody else.
    const owner = Deno.uid() === 0 ? [64055, 64056] as const : [Deno.uid(), Deno.gid()] as const;
    await Deno.chown(lab.instances, ...owner);
    await transfer({ ...plan, identity: { ...plan.identity, uid: 0 } }).result;
    const { gid, mode, uid } = await Deno.stat(join(lab.instances, "image"));
    assertEquals([uid, gid, (mode ?? 0) & 0o777], [...owner, 0o644]);
  }, ["glance"]));

Deno.test("runInThread() falls back to Glance and hands its log on", () =>
  withImage({}, async (lab, id, plan) => {
    lab.ceph.setFault(id, { kind: "status", status: 1 });
    const { told, result } = transfer(plan);
    assertEquals((await result).attempts.map(({ outcome }) => outcome), ["failed", "ok"]);
    assertStringIncludes(told.records.join("\n"), "continuing with glance");
  }));

Deno.test("runInThread() throws the failure of all sources with its attempts", () =>
  withImage({}, async (lab, id, plan) => {
    lab.ceph.setFault(id, { kind: "status", status: 1 });
    lab.glance.setFault(id, { kind: "status", status: 404 });
    const error = await assertRejects(() => transfer(plan).result, DownloadError);
    assertEquals(error.attempts.map(({ source }) => source), ["rbd", "glance"]);
    assertEquals(await Array.fromAsync(Deno.readDir(lab.instances)), []);
  }));

Deno.test("runInThread() gets another proof from the session when Glance refuses one", () =>
  withImage({ keystone: true }, async (lab, _id, plan) => {
    const session = renewing(lab);
    const stale = { "x-auth-token": "expired" };
    const result = await transfer({ ...plan, glance: glanceLink(lab, stale) }, { session }).result;
    assertEquals(result.source, "glance");
    assertEquals(session.renewed, ["expired"]);
  }, ["glance"]));

Deno.test("runInThread() asks Glance once where there is no other proof", () =>
  withImage({ keystone: true }, async (lab, id, plan) => {
    const glance = glanceLink(lab, { "x-auth-token": "expired" });
    const error = await assertRejects(() => transfer({ ...plan, glance }).result, ToolError);
    assertEquals(error.exitStatus, 77);
    assertEquals(lab.glance.server.requestsFor(lab.glance.filePath(id)).length, 1);
  }, ["glance"]));

Deno.test("runInThread() fails with the session's error when no proof is available", () =>
  withImage({ keystone: true }, async (lab, _id, plan) => {
    const down = new ToolError("temporary", "Keystone is away");
    const session = { ...NOBODY, renew: () => Promise.reject(down) };
    const glance = glanceLink(lab, { "x-auth-token": "expired" });
    const error = await assertRejects(() => transfer({ ...plan, glance }, { session }).result);
    assertStringIncludes((error as Error).message, "Keystone is away");
  }, ["glance"]));

Deno.test("runInThread() sends the token to no redirect's target", () =>
  withImage({ keystone: true }, async (lab, id, plan) => {
    await using other = startLab();
    const headers = { location: `${other.glance.url}/take` };
    lab.glance.setFault(id, { kind: "status", status: 302, headers });
    const glance = glanceLink(lab, { "x-auth-token": lab.tokens.issue("admin") });
    const error = await assertRejects(() => transfer({ ...plan, glance }).result, ToolError);
    assertStringIncludes(error.message, "redirect");
    assertEquals(other.glance.server.requests, []);
  }, ["glance"]));

Deno.test("runInThread() reaches a Glance whose certificate is not to be checked", () =>
  withImage({}, async (lab, _id, plan) => {
    const { cert, key } = SELF_SIGNED;
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, cert, key, onListen: () => {} },
      () => new Response(noise(CONTENT.size)),
    );
    const { access, ...link } = glanceLink(lab);
    const glance = {
      ...link,
      access: {
        ...access,
        endpoints: [`https://127.0.0.1:${server.addr.port}`],
        transport: { ...access.transport, tls: { insecure: true } },
      },
    };
    assertEquals((await transfer({ ...plan, glance }).result).source, "glance");
  }, ["glance"]));

Deno.test("runInThread() ends with the signal's reason and what was tried, leaves no file and no rbd", () =>
  withImage({}, async (lab, id, plan) => {
    lab.ceph.setFault(id, { kind: "hang", after: 1 << 20 });
    const controller = new AbortController();
    const reason = new ToolError("interrupted", "Interrupted");
    const { result } = transfer(plan, { signal: controller.signal });
    const struck = lab.ceph.reached().then(() => controller.abort(reason));
    const error = await assertRejects(() => result, DownloadError, "Interrupted");
    assertEquals(error.exitStatus, reason.exitStatus);
    assertEquals(error.attempts.map(({ source, code }) => [source, code]), [[
      "rbd",
      "interrupted",
    ]]);
    await struck;
    assertEquals(lab.ceph.running(), []);
    assertEquals(await Array.fromAsync(Deno.readDir(lab.instances)), []);
  }));

Deno.test("runInThread() ends a thread that does not end by itself, and its rbd", () =>
  withImage({}, async (lab, id, plan) => {
    lab.ceph.setFault(id, { kind: "hang", after: 1 << 20 });
    const controller = new AbortController();
    const { result } = transfer(plan, {
      signal: controller.signal,
      // Its patience is over before the thread can have heard of the abort.
      clock: new FakeClock({ runsBelow: Infinity }),
    });
    const struck = lab.ceph.reached().then(() => controller.abort("over"));
    assertEquals(await result.catch((error) => error), "over");
    await struck;
    await until("the end of rbd", () => lab.ceph.running().length === 0);
  }));

Deno.test("runInThread() starts no thread under an aborted signal", () =>
  withImage({}, async (_lab, _id, plan) => {
    const { result, told } = transfer(plan, { signal: AbortSignal.abort("over") });
    assertEquals(await result.catch((error) => error), "over");
    assertEquals(told, { events: [], records: [], ready: 0 });
  }));
