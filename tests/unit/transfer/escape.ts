/**
 * A lab that runs hostile code with the permissions of a transfer's thread, and returns what it
 * achieved.
 *
 * @module
 */
import { join } from "node:path";
import { assert, assertEquals } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { startLab } from "@lab/embedded/lab.ts";
import { permissionsFor, type TransferPermissions } from "@/transfer/permissions.ts";
import type { EscapeAnswer, EscapeOutcome, EscapeRoutes } from "./escape_attempts.ts";
import { planOf } from "./plans.ts";

/** Runs `escape_attempts.ts` in a thread with these permissions. */
export type TryAll = (
  permissions: TransferPermissions,
  routes: EscapeRoutes,
) => Promise<EscapeAnswer>;

/** Lets a thread with the permissions of a real plan try everything; nothing of it has an effect. */
export async function escape(tryAll: TryAll): Promise<EscapeAnswer> {
  await using lab = startLab();
  await using other = startLab();
  const outside = join(lab.directory, "outside");
  await Deno.mkdir(outside);
  await Deno.writeTextFile(join(outside, "secret"), "secret");
  await Deno.writeTextFile(join(outside, "module.js"), "export {};");
  await Deno.symlink(join(outside, "created"), join(lab.instances, "planted"));
  const plan = await planOf(lab, lab.addImage({ name: "image", content: dense(noise(10)) }));
  const routes = {
    cache: lab.instances,
    outside,
    server: new URL(other.glance.url).host,
    program: lab.ceph.program,
  };
  const answer = await tryAll(permissionsFor(plan), routes);
  assertEquals(other.glance.server.requests, []);
  const left = await Array.fromAsync(Deno.readDir(outside), ({ name }) => name);
  assertEquals(left.sort(), ["module.js", "secret"]);
  assertEquals(answer.granted, [], "asked for a permission, and got it");
  return answer;
}

/**
 * Asserts a refusal by a missing permission; importing says so in the message, `createNew` by the file.
 * A compiled program has no way to load what is not in it from elsewhere.
 */
export function assertRefused(outcome: EscapeOutcome | undefined): void {
  assert(outcome !== undefined && "refused" in outcome, JSON.stringify(outcome));
  const { message, refused } = outcome;
  const isRefusal = ["NotCapable", "AlreadyExists"].includes(refused) ||
    /^Requires \w+ access|^Module not found: https:/.test(message);
  assert(isRefusal, JSON.stringify(outcome));
}
