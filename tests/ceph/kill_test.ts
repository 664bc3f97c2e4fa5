/**
 * SIGKILL at moments spread over whole runs against real Ceph: 50 in the usual run, eight times as many
 * with `GLANCE_DIRECT_NIGHTLY`, of which 304 hit a fetch. `tests/fault` does so by the hundred against
 * the embedded lab.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { exists } from "@lab/ceph/layout.ts";
import { until } from "@lab/ceph/wait.ts";
import { campaign, scaled, table } from "../fault/campaign.ts";
import { ComputeHost, rbdProcesses } from "./compute_host.ts";
import { assertSameBytes } from "./content.ts";
import { OWN_SIZE, type OwnImage, ownImage, type OwnImageOptions } from "./own_image.ts";
import type { Ended } from "./tool.ts";

/** What is killed. */
interface Kind extends OwnImageOptions {
  readonly name: string;
  readonly cases: number;
  readonly images?: number;
  readonly flags: readonly string[];
}

const MIB = 1 << 20;

const KINDS: readonly Kind[] = [
  { name: "a fetch by rbd", cases: 28, flags: ["--source=rbd", "--no-fallback"] },
  { name: "a fetch from Glance", cases: 10, flags: ["--source=glance"] },
  { name: "a conversion to raw", cases: 6, diskFormat: "qcow2", flags: [] },
  { name: "a prefetch of three", cases: 6, images: 3, size: 8 * MIB, flags: ["--concurrency=2"] },
];

for (const kind of KINDS) {
  const cases = scaled(kind.cases);
  campaign({
    name: `SIGKILL during ${kind.name}, real Ceph`,
    cases,
    lanes: 2,
    open: () => Target.make(kind),
    async one(target, index) {
      // Evenly over the whole run and a little beyond it.
      const ended = await target.killed(1.1 * target.seconds * (index + Math.random()) / cases);
      const whole = await target.wholeBases();
      if (ended.status === 0) assertEquals(whole, target.images.length, "status 0 without a file");
      await target.assertRecovers();
    },
  });
}

Deno.test.afterAll(() => {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${table()}\n`));
});

/** A host with images of its own, which knows how long a run takes. */
class Target implements AsyncDisposable {
  /** Wall time of a whole run. */
  seconds = 0;

  private constructor(
    readonly host: ComputeHost,
    readonly images: readonly OwnImage[],
    readonly flags: readonly string[],
  ) {}

  static async make({ images = 1, flags, diskFormat = "raw", size = OWN_SIZE }: Kind) {
    const host = await ComputeHost.make({ forceRaw: diskFormat === "qcow2" });
    const own = await Promise.all(
      // No two have the same bytes.
      Array.from({ length: images }, (_, n) => ownImage({ diskFormat, size: size + n * MIB })),
    );
    const target = new Target(host, own, flags);
    target.seconds = (await target.assertRecovers()).seconds;
    return target;
  }

  /** Runs the command, and kills it after some seconds if it still runs. */
  async killed(seconds: number): Promise<Ended> {
    const running = this.#start();
    const timer = setTimeout(() => running.kill("SIGKILL"), 1000 * seconds);
    const ended = await running.ended;
    clearTimeout(timer);
    return ended;
  }

  /** Each final name leads to the whole image, or to nothing. @returns How many are there. */
  async wholeBases(): Promise<number> {
    let whole = 0;
    for (const { id, path } of this.images) {
      if (!await exists(this.host.base(id))) continue;
      await assertSameBytes(this.host.base(id), path);
      whole++;
    }
    return whole;
  }

  /** The next run succeeds, and leaves the images and nothing else. Empties the cache. */
  async assertRecovers(): Promise<Ended> {
    await until("end of every child", () => this.#isQuiet());
    const ended = await this.#start().ended;
    assertEquals(ended.status, 0, ended.stderr);
    assertEquals(await this.wholeBases(), this.images.length);
    assertEquals((await this.host.names()).length, this.images.length, "something is left");
    assert(await this.#isQuiet(), "something runs");
    for (const { id } of this.images) await Deno.remove(this.host.base(id));
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const image of this.images) await image[Symbol.asyncDispose]();
    await this.host[Symbol.asyncDispose]();
  }

  #start() {
    const ids = this.images.map(({ id }) => id);
    return this.host.start({}, ids.length === 1 ? "fetch" : "prefetch", ...ids, ...this.flags);
  }

  async #isQuiet(): Promise<boolean> {
    const exporting = await Promise.all(this.images.map(({ id }) => rbdProcesses(id)));
    return [...await this.host.processes(), ...exporting.flat()].length === 0;
  }
}
