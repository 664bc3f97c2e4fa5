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

Deno.test("renderTable shows only its head if there are no rows", () => {
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

Deno.test("renderTable continues below where a cell is too long, and never breaks one", () => {
  const rows = [
    ["image_cache.remove_unused_base_images", "true", "/etc/nova/nova.conf:212"],
    ["glance.rbd_user", "nova", "/etc/nova/nova.conf.d/10-from-configuration-management.conf:3"],
  ];
  assertEquals(renderTable(["OPTION", "VALUE", "ORIGIN"], rows, { columns: 60 }).split("\n"), [
    "OPTION                 VALUE  ORIGIN",
    "image_cache.remove_unused_base_images",
    "                       true   /etc/nova/nova.conf:212",
    "glance.rbd_user        nova",
    "/etc/nova/nova.conf.d/10-from-configuration-management.conf:3",
  ]);
});

Deno.test("renderTable breaks a sentence in the last column between words", () => {
  const rows = [[
    "ubuntu-24.04",
    "BAD",
    "sha512 is '0123456789abcdef' after 5 bytes, expected '4c'",
  ]];
  assertEquals(
    renderTable(["IMAGE", "VERDICT", "DETAILS"], rows, { columns: 60, isProse: true }).split("\n"),
    [
      "IMAGE         VERDICT  DETAILS",
      "ubuntu-24.04  BAD      sha512 is '0123456789abcdef' after 5",
      "                       bytes, expected '4c'",
    ],
  );
});

Deno.test("renderTable shrinks the widest column, so that few rows go on below", () => {
  const rows = [
    ["keystone_authtoken.project_domain_name", "Default", "/etc/nova/nova.conf:20"],
    ["glance.enable_rbd_download", "true", "/etc/nova/nova.conf:8"],
    ["DEFAULT.instances_path", "/var/lib/nova/instances", "/etc/nova/nova.conf:2"],
  ];
  assertEquals(renderTable(["OPTION", "VALUE", "ORIGIN"], rows, { columns: 80 }).split("\n"), [
    "OPTION                           VALUE                    ORIGIN",
    "keystone_authtoken.project_domain_name",
    "                                 Default                  /etc/nova/nova.conf:20",
    "glance.enable_rbd_download       true                     /etc/nova/nova.conf:8",
    "DEFAULT.instances_path           /var/lib/nova/instances  /etc/nova/nova.conf:2",
  ]);
});
