/**
 * The accidents of `tests/fault` against real Ceph: full, broken and powerless disks, many at once, and
 * an `rbd` that is stopped or killed.
 *
 * @module
 */
import { table } from "../fault/campaign.ts";
import { crowdAccidents } from "../fault/crowd.ts";
import { diskAccidents } from "../fault/disks.ts";
import { rbdAccidents } from "../fault/signals.ts";
import { CEPH } from "./ceph_trial.ts";

diskAccidents(CEPH);
crowdAccidents(CEPH);
rbdAccidents(CEPH);

Deno.test.afterAll(() => {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${table()}\n`));
});
