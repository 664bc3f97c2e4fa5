/**
 * Columns and their widths.
 *
 * @module
 */
import { renderTable } from "@/ui/table.ts";
import { assertEquals } from "@std/assert";

Deno.test("renderTable aligns columns and leaves nothing behind the last one", () => {
  assertEquals(
    renderTable(["ID", "SIZE"], [["a", "1"], ["longer", ""]]),
    "ID      SIZE\na       1\nlonger",
  );
});

Deno.test("renderTable shows its head alone when there is nothing to show", () => {
  assertEquals(renderTable(["ID", "SIZE"], []), "ID  SIZE");
});

const HEAD = ["SIZE", "IMAGE", "NAME"];
const ROW = ["1.0 GiB", "ubuntu-24.04", "da39a3ee5e6b4b0d3255bfef95601890afd80709"];

Deno.test("renderTable shortens the least useful column first, and only as far as it must", () => {
  const shorten = [[2, 9], [1, 6]] as const;
  assertEquals(renderTable(HEAD, [ROW], { columns: 60, shorten }).split("\n"), [
    "SIZE     IMAGE         NAME",
    "1.0 GiB  ubuntu-24.04  da39a3ee5e6b4b0d3255bfef95601890afd8…",
  ]);
  assertEquals(
    renderTable(HEAD, [ROW], { columns: 29, shorten }).split("\n")[1],
    "1.0 GiB  ubuntu-2…  da39a3ee…",
  );
  assertEquals(
    renderTable(HEAD, [ROW], { shorten }),
    renderTable(HEAD, [ROW]),
    "a page without an edge",
  );
});

Deno.test("renderTable goes on below where a cell is too long, and never breaks one", () => {
  const rows = [
    ["image_cache.remove_unused_base_images", "true", "/etc/nova/nova.conf:212"],
    ["glance.rbd_user", "nova", "/etc/nova/nova.conf.d/10-from-configuration-management.conf:3"],
  ];
  assertEquals(renderTable(["OPTION", "VALUE", "ORIGIN"], rows, { columns: 60 }).split("\n"), [
    "OPTION              VALUE  ORIGIN",
    "image_cache.remove_unused_base_images",
    "                    true   /etc/nova/nova.conf:212",
    "glance.rbd_user     nova",
    "/etc/nova/nova.conf.d/10-from-configuration-management.conf:3",
  ]);
});
