/**
 * RBD images of any content, made without writing their holes: the stand-in's `export-diff` is what
 * the real `rbd import-diff` reads.
 *
 * @module
 */
import { rbd } from "@lab/ceph/ceph_cluster.ts";
import { POOL } from "@lab/ceph/layout.ts";
import { remove, upload } from "@lab/ceph/seed.ts";
import { EmbeddedCeph, type Layout } from "@lab/embedded/ceph.ts";
import { type ImageContent, writeSparse } from "@lab/embedded/content.ts";

/** Objects as Glance makes them; the features are those of the cluster's default. */
const CREATE = ["--object-size", "8M"];

/** Makes an image with the snapshot `snap`; a `thick` one through Glance. */
export async function putImage(
  name: string,
  content: ImageContent,
  layout: Layout = "thin",
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await (layout === "thick" ? uploadImage : importImage)(directory, name, content, layout);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Removes it. */
export async function removeImage(name: string, layout: Layout = "thin"): Promise<void> {
  if (layout === "thick") return await remove(name);
  await rbd(["snap", "purge", "--no-progress", `${POOL}/${name}`]);
  await rbd(["rm", "--no-progress", `${POOL}/${name}`]);
}

async function uploadImage(directory: string, id: string, content: ImageContent): Promise<void> {
  const path = `${directory}/raw`;
  writeSparse(content, path);
  await upload({ id, name: id, diskFormat: "raw", path });
}

async function importImage(
  directory: string,
  name: string,
  content: ImageContent,
  layout: Layout,
): Promise<void> {
  const ceph = EmbeddedCeph.create(directory);
  ceph.store(name, content, { layout });
  await exportDiff(ceph, name, `${directory}/diff`);
  await rbd(["create", `${POOL}/${name}`, "--size", `${content.size}B`, ...CREATE]);
  await rbd(["import-diff", "--no-progress", `${directory}/diff`, `${POOL}/${name}`]);
}

async function exportDiff(ceph: EmbeddedCeph, name: string, path: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(ceph.program, {
    args: ["export-diff", `--conf=${ceph.conf}`, "--id=nova", `images/${name}@snap`, path],
    clearEnv: true,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
