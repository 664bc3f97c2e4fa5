import { join } from "node:path";
import { parseSamples } from "@/metrics/exposition.ts";
import { updateMetrics } from "@/metrics/file.ts";
import { systemFiles } from "@/system/files.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { withFiles } from "../../doubles/folder.ts";

const BYTES = 'glance_direct_bytes_total{source="rbd"}';
const SUCCESS = "glance_direct_last_success_timestamp_seconds";
const NEVER = new AbortController().signal;
const update = (bytes: number, succeededAt: number | null = null) => ({
  additions: new Map([[BYTES, bytes]]),
  succeededAt,
});
const read = (path: string) => parseSamples(Deno.readTextFileSync(path));

Deno.test("updateMetrics adds to what earlier processes counted, and keeps the last success", async () => {
  await withFiles({}, async (folder) => {
    const place = { path: join(folder, "x.prom"), cache: join(folder, "none") };
    await updateMetrics(systemFiles, place, update(5, 1700), NEVER);
    await updateMetrics(systemFiles, place, update(7), NEVER);
    assertEquals([read(place.path).get(BYTES), read(place.path).get(SUCCESS)], [12, 1700]);
  });
});

Deno.test("updateMetrics leaves one file of mode 0644, whatever the umask", async () => {
  const before = Deno.umask(0o077);
  try {
    await withFiles({ "x.prom.tmp": "of a process that died" }, async (folder) => {
      const place = { path: join(folder, "x.prom"), cache: folder };
      await updateMetrics(systemFiles, place, update(1), NEVER);
      assertEquals(systemFiles.list(folder), ["x.prom"]);
      assertEquals(((await Deno.stat(place.path)).mode ?? 0) & 0o777, 0o644);
    });
  } finally {
    Deno.umask(before);
  }
});

Deno.test("updateMetrics loses no count when several write at once", async () => {
  await withFiles({}, async (folder) => {
    const place = { path: join(folder, "x.prom"), cache: folder };
    const writers = Array.from(
      { length: 8 },
      () => updateMetrics(systemFiles, place, update(1), NEVER),
    );
    await Promise.all(writers);
    assertEquals(read(place.path).get(BYTES), 8);
  });
});

Deno.test("updateMetrics counts base files and their disk, and nothing else, as images", async () => {
  const files = { [`c/${"a".repeat(40)}`]: "x".repeat(5000), [`c/${"b".repeat(40)}.part`]: "y" };
  await withFiles(files, async (folder) => {
    const place = { path: join(folder, "x.prom"), cache: join(folder, "c") };
    await updateMetrics(systemFiles, place, update(1), NEVER);
    const samples = read(place.path);
    const used = Object.keys(files)
      .reduce((sum, name) => sum + (Deno.statSync(join(folder, name)).blocks ?? 0) * 512, 0);
    assertEquals(samples.get("glance_direct_cache_images"), 1);
    assertEquals(samples.get("glance_direct_cache_bytes"), used);
  });
});

Deno.test("updateMetrics starts over if the file is not its own", async () => {
  await withFiles({ "x.prom": "\u0000garbage\nnode_load1 3\n" }, async (folder) => {
    const place = { path: join(folder, "x.prom"), cache: folder };
    await updateMetrics(systemFiles, place, update(3), NEVER);
    assertEquals(read(place.path).get(BYTES), 3);
  });
});

Deno.test("updateMetrics leaves nothing beside a path that it cannot replace", async () => {
  await withFiles({ "x.prom/inside": "a folder has the name" }, async (folder) => {
    const place = { path: join(folder, "x.prom"), cache: folder };
    await assertRejects(() => updateMetrics(systemFiles, place, update(1), NEVER));
    assertEquals(systemFiles.list(folder), ["x.prom"]);
  });
});
