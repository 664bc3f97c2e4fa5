/**
 * Many at once, little room, and a dead holder of the lock.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import { dense, noise, sparse } from "@lab/embedded/content.ts";
import { Host } from "../scenario/host.ts";
import { BINARY, resultOf } from "../scenario/program.ts";
import { campaign, scaled } from "./campaign.ts";
import { SLOW, untilMidway } from "./midway.ts";
import { Trial } from "./trial.ts";

const GLANCE = "--source=glance";

campaign({
  name: "50 processes want one image",
  cases: scaled(1),
  open: () => Promise.resolve(new Trial({ flags: [GLANCE] })),
  async one(trial) {
    const ended = await Promise.all(Array.from({ length: 50 }, () => trial.run()));
    const fetched = ended.filter((one) => resultOf(one).outcome === "fetched");
    assertEquals(fetched.length, 1);
    await trial.assertRecovers();
    trial.clear();
  },
});

campaign({
  name: "50 images at once",
  cases: scaled(1),
  open: () =>
    Promise.resolve(new Trial({ images: 50, size: 50_000, flags: [GLANCE, "--concurrency=50"] })),
  async one(trial) {
    const { status, stderr } = await trial.run();
    assertEquals(status, 0, stderr);
    assertEquals(trial.assertWholeOrNothing(), 50);
    await trial.assertRecovers();
    trial.clear();
  },
});

campaign({
  name: "the holder of the lock is killed while others wait",
  cases: scaled(3),
  open: () => Promise.resolve(new Trial(SLOW)),
  async one(trial) {
    const holder = await trial.host.start(trial.command);
    await untilMidway(trial);
    const waiting = Array.from({ length: 3 }, () => trial.run());
    await new Promise((resolve) => setTimeout(resolve, 300));
    holder.kill("SIGKILL");
    await holder.ended;
    const outcomes = (await Promise.all(waiting)).map((one) => resultOf(one).outcome).sort();
    assertEquals(outcomes, ["cached", "cached", "fetched"]);
    await trial.assertRecovers();
    trial.clear();
  },
});

campaign({
  name: "64 open files",
  cases: 2,
  open: () => Promise.resolve(new Trial({ images: 8, size: 200_000, flags: ["--concurrency=2"] })),
  async one(trial, index) {
    const source = index === 0 ? [] : [GLANCE];
    const args = ["--nofile=64:64", BINARY, ...trial.host.args([...trial.command, ...source])];
    const { code, stderr } = await new Deno.Command("prlimit", { args, clearEnv: true }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    await trial.assertRecovers();
    trial.clear();
  },
});

/** Bytes that the program may have in memory at its peak. */
const MEMORY = 300 << 20;

campaign({
  name: "300 MiB of memory, for an image of 1 GiB",
  cases: 2,
  lanes: 1,
  open: () => Promise.resolve(new Host()),
  async one(host, index) {
    // Data travels through a pipe of zeros as well as of noise: both are all that Glance sends.
    const content = index === 0
      ? sparse(1 << 30, { 0: 1 << 20, [900 << 20]: 1 << 20 })
      : dense(noise(96 << 20));
    const { id } = host.lab.addImage({ diskFormat: "raw", content });
    const running = await host.start(["fetch", id, GLANCE]);
    const peak = peakOf(running.pid, running.ended);
    resultOf(await running.ended);
    assertLess(await peak, MEMORY);
  },
});

/** The peak of a process's resident memory (`VmHWM`), as last seen before its end. */
async function peakOf(pid: number, ended: Promise<unknown>): Promise<number> {
  let peak = 0;
  let isOver = false;
  ended.finally(() => isOver = true);
  while (!isOver) {
    const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
    peak = Math.max(peak, 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return peak;
}
