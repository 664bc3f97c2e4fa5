/**
 * `rbd export-diff --whole-object` takes the objects from the image's object map. These are the
 * images for which that map does not decide alone: none, an invalid one, a parent, a later snapshot.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { rados, rbd } from "@lab/ceph/ceph_cluster.ts";
import { FSID, POOL } from "@lab/ceph/layout.ts";
import { type ImageContent, sparse } from "@lab/embedded/content.ts";
import { systemProcesses } from "@/system/processes.ts";
import { receive } from "../suites/received.ts";
import { rbdSource } from "../doubles/rbd_source.ts";
import { RBD_HOST } from "./rbd_host.ts";
import { putImage, removeImage } from "./rbd_image.ts";

const OBJECT = 8 << 20;
const CONTENT = sparse(6 * OBJECT + 777, { [OBJECT]: OBJECT, [3 * OBJECT + 5]: 100 });

/** The feature that the others of an object map depend on comes last. */
const WITHOUT_MAP = ["fast-diff", "object-map"];

Deno.test("RbdSource reads an image without an object map", () =>
  withImage(async (name) => {
    await rbd(["feature", "disable", `${POOL}/${name}`, ...WITHOUT_MAP]);
    await assertRead(name);
  }));

Deno.test("RbdSource reads an image whose object map is lost", () =>
  withImage(async (name) => {
    const { id, snap } = await idsOf(name);
    await rados(["rm", "-p", POOL, `rbd_object_map.${id}.${snap}`]);
    await assertRead(name);
  }));

Deno.test("RbdSource reads the snapshot of an image that has changed and has later snapshots", () =>
  withImage(async (name) => {
    await rbd(["snap", "create", "--no-progress", `${POOL}/${name}@later`]);
    await rbd(["resize", "--no-progress", "--allow-shrink", "--size", "9M", `${POOL}/${name}`]);
    await rbd(["snap", "create", "--no-progress", `${POOL}/${name}@last`]);
    await assertRead(name);
  }));

Deno.test("RbdSource reads the snapshot of an image that has lost objects since an earlier one", () =>
  withImage(async (name) => {
    const image = `${POOL}/${name}`;
    await rbd(["snap", "rename", `${image}@snap`, `${image}@earlier`]);
    await rbd(["resize", "--no-progress", "--allow-shrink", "--size", "9M", image]);
    await rbd(["resize", "--no-progress", "--size", `${CONTENT.size}B`, image]);
    await rbd(["snap", "create", "--no-progress", `${image}@snap`]);
    await assertRead(name, sparse(CONTENT.size, { [OBJECT]: 1 << 20 }));
  }));

Deno.test("RbdSource reads a clone whose data is its parent's", () =>
  withImage(async (parent) => {
    const clone = crypto.randomUUID();
    await rbd(["snap", "protect", `${POOL}/${parent}@snap`]);
    await rbd(["clone", `${POOL}/${parent}@snap`, `${POOL}/${clone}`]);
    await rbd(["snap", "create", "--no-progress", `${POOL}/${clone}@snap`]);
    try {
      await assertRead(clone);
    } finally {
      await removeImage(clone);
      await rbd(["snap", "unprotect", `${POOL}/${parent}@snap`]);
    }
  }));

async function withImage(check: (name: string) => Promise<void>): Promise<void> {
  const name = crypto.randomUUID();
  await putImage(name, CONTENT);
  try {
    await check(name);
  } finally {
    await removeImage(name);
  }
}

async function idsOf(name: string): Promise<{ readonly id: string; readonly snap: string }> {
  const { id } = JSON.parse(await rbd(["info", "--format=json", `${POOL}/${name}`]));
  const snaps = JSON.parse(await rbd(["snap", "ls", "--format=json", `${POOL}/${name}`]));
  return { id, snap: snaps[0].id.toString(16).padStart(16, "0") };
}

async function assertRead(name: string, content: ImageContent = CONTENT): Promise<void> {
  const source = rbdSource(systemProcesses, RBD_HOST, `rbd://${FSID}/${POOL}/${name}/snap`, name);
  const { holes, length } = await receive(source, content);
  assertEquals([length, holes > 4 * OBJECT], [content.size, true]);
}
