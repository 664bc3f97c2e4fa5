/**
 * SIGKILL at moments spread over a whole fetch from real Ceph. `tests/fault` does so by the hundred
 * against the embedded lab.
 *
 * @module
 */
import { assert } from "@std/assert";
import { exists } from "@lab/ceph/layout.ts";
import { until } from "@lab/ceph/wait.ts";
import { ComputeHost, rbdProcesses } from "./compute_host.ts";
import { assertSameBytes } from "./content.ts";
import { ownImage } from "./own_image.ts";
import { resultOf } from "./tool.ts";

/** Kills; each is followed by a whole run. */
const KILLS = 8;

for (const source of ["rbd", "glance"] as const) {
  Deno.test(`fetch from ${source} that is killed at any moment leaves the whole file or nothing`, async () => {
    await using host = await ComputeHost.make();
    await using image = await ownImage();
    const flags = [`--source=${source}`, "--no-fallback"] as const;
    const { seconds } = await host.fetch(image.id, ...flags);
    await Deno.remove(host.base(image.id));
    for (let turn = 0; turn < KILLS; turn++) {
      const running = host.begin(image.id, ...flags);
      const timer = setTimeout(() => running.kill("SIGKILL"), 1000 * seconds * turn / KILLS);
      const ended = await running.ended;
      clearTimeout(timer);
      if (await exists(host.base(image.id))) {
        await assertSameBytes(host.base(image.id), image.path);
      } else assert(ended.status !== 0, "status 0 without a file");
      await until("end of rbd", async () => (await rbdProcesses(image.id)).length === 0);
      resultOf(await host.fetch(image.id, ...flags));
      await assertSameBytes(host.base(image.id), image.path);
      await host.assertLeft(image.id, "the image");
      await Deno.remove(host.base(image.id));
    }
  });
}
