/**
 * Many at once, few descriptors, and a dead holder of the lock.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { program, resultOf } from "../scenario/program.ts";
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
    const args = [
      "--nofile=64:64",
      await program(),
      ...trial.host.args([...trial.command, ...source]),
    ];
    const { code, stderr } = await new Deno.Command("prlimit", { args, clearEnv: true }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    await trial.assertRecovers();
    trial.clear();
  },
});
