/**
 * The main thread drops its permissions once the transfers have theirs.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { type Lab, startLab } from "@lab/embedded/lab.ts";
import type { Relinquished } from "./relinquishing_worker.ts";

async function runOf(lab: Lab, args: readonly string[]): Promise<Relinquished> {
  const answer = Promise.withResolvers<Relinquished>();
  const worker = new Worker(new URL("./relinquishing_worker.ts", import.meta.url), {
    type: "module",
    // All, but its own: what it gives up of inherited ones is lost for us, too.
    deno: {
      permissions: {
        run: true,
        read: true,
        write: true,
        net: true,
        env: true,
        sys: true,
        ffi: true,
      },
    },
  });
  worker.onmessage = ({ data }) => answer.resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    answer.reject(new Error(event.message));
  };
  worker.postMessage({ args: [...args, "--config-file", lab.novaConf], rbd: lab.ceph.program });
  try {
    return await answer.promise;
  } finally {
    worker.terminate();
  }
}

/** What is left when everything is done: variables, and the network where Glance may ask again. */
const CASES: readonly (readonly [name: string, flags: readonly string[], left: string[]])[] = [
  ["fetch", ["--source=rbd", "--no-fallback"], ["env"]],
  ["fetch", ["--source=glance"], ["net", "env"]],
  ["prefetch", ["--source=glance"], ["net", "env"]],
];

for (const [name, flags, left] of CASES) {
  Deno.test(`${name} ${flags[0]} leaves its main thread ${left.join(" and ")}`, async () => {
    await using lab = startLab({ nova: { "DEFAULT.force_raw_images": "false" } });
    const count = name === "fetch" ? 1 : 3;
    const images = Array.from({ length: count }, () => lab.addImage({ content: dense(noise(10)) }));
    const ended = await runOf(lab, [name, ...images.map(({ id }) => id), ...flags]);
    assertEquals([ended.status, ended.left], [0, left], ended.said);
  });
}

Deno.test("a command that transfers nothing keeps what it has", async () => {
  await using lab = startLab();
  const ended = await runOf(lab, ["config", "show"]);
  assertEquals(ended.left.length, 7, ended.said);
});
