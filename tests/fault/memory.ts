/**
 * Little memory: everything that a fetch needs, including its children and the pages of its files,
 * fits into the kernel's limit.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { campaign } from "./campaign.ts";
import type { FaultHostOptions, FaultLab } from "./fault_lab.ts";
import { MemoryGroup } from "./memory_group.ts";

const MIB = 1 << 20;
const LIMIT = 300 * MIB;

/** The real `rbd` with its ten reads in flight takes more than there is; two are as fast here. */
const env = { OS_GLANCE_DIRECT__RBD_CONCURRENT_OPS: "2" };

const FROM_CEPH = "512 MiB from Ceph";

const KINDS: Readonly<Record<string, FaultHostOptions>> = {
  [FROM_CEPH]: { size: 512 * MIB, flags: ["--source=rbd"] },
  "1 GiB from Glance": { size: 1024 * MIB, flags: ["--source=glance"] },
  "320 MiB converted to raw": { size: 320 * MIB, converted: true, flags: ["--source=glance"] },
  "4 x 128 MiB at once": {
    images: 4,
    size: 128 * MIB,
    flags: ["--source=glance", "--concurrency=4"],
  },
};

/** Registers the campaigns. */
export function memoryAccidents(lab: FaultLab): void {
  // Only the memory of `rbd` depends on the lab.
  const names = lab.isReal ? [FROM_CEPH] : Object.keys(KINDS);
  for (const name of names) {
    campaign({
      name: `300 MiB of memory, for ${name}${lab.suffix}`,
      cases: 1,
      open: () => lab.open(KINDS[name]!),
      async one(host) {
        using group = new MemoryGroup(LIMIT);
        const { status, stderr } = await host.run({ wrapper: group.wrapper, env });
        assertEquals([status, group.killed], [0, 0], stderr);
        assertEquals(host.assertWholeOrNothing(), host.images.length);
        host.clear();
      },
    });
  }
}

Deno.test("MemoryGroup enforces its limit", async () => {
  using group = new MemoryGroup(LIMIT);
  const [program = "", ...args] = group.wrapper;
  const { success } = await new Deno.Command(program, {
    args: [...args, "/usr/bin/python3", "-c", `bytearray(${LIMIT}).strip(b"x")`],
  }).output();
  assertEquals([success, group.killed], [false, 1]);
});
