/**
 * The permissions of a transfer hold against its own thread.
 *
 * @module
 */
import { join } from "node:path";
import { assert, assertEquals } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { startLab } from "@lab/embedded/lab.ts";
import { permissionsFor } from "@/transfer/permissions.ts";
import type { TransferTask } from "@/transfer/task.ts";
import { ATTEMPTS, type EscapeOutcome, type EscapeRoutes } from "./escape_attempts.ts";
import { taskOf } from "./tasks.ts";

interface Answer {
  readonly outcomes: Readonly<Record<string, EscapeOutcome>>;
  readonly granted: readonly string[];
}

/** Lets a thread with the permissions of a real task try everything. */
async function tryAll(task: TransferTask, routes: EscapeRoutes): Promise<Answer> {
  const answer = Promise.withResolvers<Answer>();
  const worker = new Worker(new URL("./escape_attempts.ts", import.meta.url), {
    type: "module",
    deno: { permissions: permissionsFor(task) },
  });
  worker.onmessage = ({ data }) => answer.resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    answer.reject(new Error(event.message));
  };
  worker.postMessage(routes);
  try {
    return await answer.promise;
  } finally {
    worker.terminate();
  }
}

async function escape(): Promise<Answer> {
  await using lab = startLab();
  await using other = startLab();
  const outside = join(lab.directory, "outside");
  await Deno.mkdir(outside);
  await Deno.writeTextFile(join(outside, "secret"), "secret");
  await Deno.writeTextFile(join(outside, "module.js"), "export {};");
  await Deno.symlink(join(outside, "created"), join(lab.instances, "planted"));
  const task = await taskOf(lab, lab.addImage({ name: "image", content: dense(noise(10)) }));
  const routes = {
    cache: lab.instances,
    outside,
    server: new URL(other.glance.url).host,
    program: lab.ceph.program,
  };
  const answer = await tryAll(task, routes);
  assertEquals(other.glance.server.requests, []);
  const left = await Array.fromAsync(Deno.readDir(outside), ({ name }) => name);
  assertEquals(left.sort(), [
    "module.js",
    "secret",
  ]);
  return answer;
}

/** Refusals by a missing permission; importing says so in the message, `createNew` by the file. */
function isRefusal(outcome: EscapeOutcome | undefined): boolean {
  if (outcome === undefined || !("refused" in outcome)) return false;
  const { message, refused } = outcome;
  return ["NotCapable", "AlreadyExists"].includes(refused) || /^Requires \w+ access/.test(message);
}

Deno.test("the thread of a transfer cannot", async (t) => {
  const { granted, outcomes } = await escape();
  for (const name of Object.keys(ATTEMPTS)) {
    await t.step(name, () => assert(isRefusal(outcomes[name]), JSON.stringify(outcomes[name])));
  }
  await t.step("get a permission by asking", () => assertEquals(granted, []));
});
