import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { evenStarts, simulate, usefulWindow } from "../../bench/fleet_model.ts";

const ONE = { hosts: 1, bytes: 100, cluster: 50, host: 10 };

Deno.test("simulate() of one host takes as long as its own rate allows", () => {
  assertEquals(simulate(ONE, [0]), { end: 10, transfer: 10, atOnce: 1, slowest: 10 });
});

Deno.test("simulate() shares the cluster's bandwidth among hosts that begin together", () => {
  const course = simulate({ ...ONE, hosts: 10 }, evenStarts(10, 0));
  assertEquals(course, { end: 20, transfer: 20, atOnce: 10, slowest: 5 });
});

Deno.test("simulate() speeds up the other hosts when one is done", () => {
  // 5 s alone at 10 a second, then both at 6: the first has 50 left, the second 50 after that.
  const course = simulate({ ...ONE, hosts: 2, cluster: 12 }, [0, 5]);
  assertAlmostEquals(course.end, 5 + 50 / 6 + 50 / 10);
});

Deno.test("simulate() begins when the first host begins", () => {
  assertEquals(simulate(ONE, [7]).end, 17);
});

const amount = fc.integer({ min: 1, max: 1000 });
const fleets = fc.record({
  hosts: fc.integer({ min: 1, max: 60 }),
  bytes: amount,
  cluster: amount,
  host: amount,
});

Deno.test("simulate() moves no byte faster than cluster and host can", () => {
  fc.assert(fc.property(fleets, fc.nat(100), (fleet, window) => {
    const { end } = simulate(fleet, evenStarts(fleet.hosts, window));
    const least = Math.max(fleet.bytes / fleet.host, fleet.hosts * fleet.bytes / fleet.cluster);
    assert(end >= least * (1 - 1e-9), `${end} is before ${least}`);
  }));
});

Deno.test("usefulWindow() gives every host its full rate", () => {
  fc.assert(fc.property(fleets, (fleet) => {
    // A cluster that one host alone can exhaust has no full rate to give.
    fc.pre(fleet.host * 2 <= fleet.cluster);
    const starts = evenStarts(fleet.hosts, usefulWindow(fleet));
    const { transfer } = simulate(fleet, starts);
    assert(transfer <= fleet.bytes / fleet.host * 2, `${transfer}`);
  }));
});
