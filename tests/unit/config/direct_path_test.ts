/**
 * What turns the direct path on, and which pools it may read.
 *
 * @module
 */
import { allowedPools, directPath, rbdConnectTimeout } from "@/config/direct_path.ts";
import { assertEquals } from "@std/assert";
import { memoryConfig } from "./memory_config.ts";

Deno.test("directPath is off by default", () => {
  assertEquals(directPath(memoryConfig()), { enabled: false, by: undefined });
});

Deno.test("directPath is turned on by either generation of nova's options, and by our own", () => {
  const texts = {
    "[glance]enable_rbd_download": "[glance]\nenable_rbd_download = true\n",
    "[glance]allowed_direct_url_schemes": "[glance]\nallowed_direct_url_schemes = file, RBD\n",
    "[glance_direct]schemes": "[glance_direct]\nschemes = rbd\n",
  };
  for (const [by, text] of Object.entries(texts)) {
    assertEquals(directPath(memoryConfig({ text })), { enabled: true, by });
  }
});

Deno.test("directPath is not turned on by other schemes or by false", () => {
  const text = "[glance]\nenable_rbd_download = false\nallowed_direct_url_schemes = file, rbd2\n" +
    "[glance_direct]\nschemes =\n";
  assertEquals(directPath(memoryConfig({ text })).enabled, false);
});

Deno.test("allowedPools accepts a list; an empty one means every pool", () => {
  assertEquals(allowedPools(memoryConfig()), []);
  const text = "[glance]\nrbd_pool = images, images-ssd,\n";
  assertEquals(allowedPools(memoryConfig({ text })), ["images", "images-ssd"]);
});

Deno.test("rbdConnectTimeout falls back to its [libvirt] twin, as nova's other rbd options do", () => {
  const seconds = (text: string) => rbdConnectTimeout(memoryConfig({ text }));
  assertEquals(seconds(""), 5);
  assertEquals(seconds("[libvirt]\nrbd_connect_timeout = 9\n"), 9);
  assertEquals(
    seconds("[glance]\nrbd_connect_timeout = 7\n[libvirt]\nrbd_connect_timeout = 9\n"),
    7,
  );
  assertEquals(
    seconds("[glance]\nrbd_connect_timeout = 0\n[libvirt]\nrbd_connect_timeout = 9\n"),
    9,
  );
  assertEquals(
    seconds("[glance]\nrbd_connect_timeout = 5\n[libvirt]\nrbd_connect_timeout = 9\n"),
    5,
  );
});
