import { assertEquals } from "@std/assert";
import { wrapHint, wrapWords } from "@/ui/wrap.ts";

Deno.test("wrapWords breaks between words, and leaves a long one whole", () => {
  assertEquals(wrapWords("use a file system", 9), ["use a", "file", "system"]);
  assertEquals(wrapWords("see /var/lib/nova/instances now", 10), [
    "see",
    "/var/lib/nova/instances",
    "now",
  ]);
  assertEquals(wrapWords("one line", Infinity), ["one line"]);
});

Deno.test("wrapWords keeps a number of bytes and its unit on one line", () => {
  assertEquals(wrapWords("only 3.0 GiB are free", 10), ["only", "3.0 GiB", "are free"]);
  assertEquals(wrapWords("of 12 B/512 MiB, 5 Bytes", 14), ["of", "12 B/512 MiB,", "5 Bytes"]);
  assertEquals(wrapWords("about 850 MB/s here", 14), ["about 850 MB/s", "here"]);
  assertEquals(wrapWords("about 850 MB/s here", 12), ["about", "850 MB/s", "here"]);
  assertEquals(wrapWords("image 5 Barbican", 8), ["image 5", "Barbican"]);
});

Deno.test("wrapWords keeps a quoted path with blanks whole, and takes no apostrophe for a quote", () => {
  assertEquals(wrapWords("see '/srv/my images/a' of users' disks", 20), [
    "see",
    "'/srv/my images/a'",
    "of users' disks",
  ]);
  assertEquals(wrapWords("'a text that is too long'", 10), ["'a text", "that is", "too long'"]);
});

Deno.test("wrapHint keeps a command on one line, whatever its length", () => {
  const caps =
    "ceph auth caps client.nova mon 'profile rbd' osd 'profile rbd-read-only pool=images'";
  assertEquals(wrapHint(`grant it: ${caps}`, 40), ["grant it:", caps]);
  assertEquals(wrapHint("free some space: glance-direct cache prune --dry-run, or df -h", 40), [
    "free some space:",
    "glance-direct cache prune --dry-run, or",
    "df -h",
  ]);
});
