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
