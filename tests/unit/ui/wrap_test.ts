import { assertEquals } from "@std/assert";
import { wrapWords } from "@/ui/wrap.ts";

Deno.test("wrapWords breaks between words, and leaves a long one whole", () => {
  assertEquals(wrapWords("use a file system", 9), ["use a", "file", "system"]);
  assertEquals(wrapWords("see /var/lib/nova/instances now", 10), [
    "see",
    "/var/lib/nova/instances",
    "now",
  ]);
  assertEquals(wrapWords("one line", Infinity), ["one line"]);
});
