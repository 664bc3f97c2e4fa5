/**
 * No secret of a URL is shown, however odd the URL is.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { shownPart, shownUrl } from "@/shown_url.ts";

/** What must never be seen. */
const SECRET = "geheim";

for (
  const [url, shown] of [
    ["https://bucket.example/img?X-Amz-Signature=geheim", "https://bucket.example/img?…"],
    ["https://u:geheim@host:9292/v2", "https://***@host:9292/v2"],
    ["https://u:ge@geheim@host/v2", "https://***@host/v2"],
    ["http://u:geheim/x@host/v2", "http://***@host/v2"],
    ["http://u:geheim?x@host/v2", "http://***@host/v2"],
    ["http://u:geheim#x@host/v2", "http://***@host/v2"],
    ["swift+https://tenant:user:geheim@host/c/o", "swift+https://***@host/c/o"],
    ["s3://key:geheim/with/slashes@s3.example/bucket/o", "s3://***@s3.example/bucket/o"],
    ["rbd://user:geheim@fsid/pool/image", "rbd://***@fsid/pool/image"],
    ["rbd:user:geheim@fsid/pool", "rbd:***@fsid/pool"],
    ["user:geheim@host/pool", "user:***@host/pool"],
    ["http://host/a#geheim", "http://host/a#…"],
    ["http://host:9292/v2/images/a@b", "http://host:9292/v2/images/a@b"],
    ["http://[2001:db8::1]:9292/v2", "http://[2001:db8::1]:9292/v2"],
    ["rbd://fsid/pool/image/snap", "rbd://fsid/pool/image/snap"],
    ["http://host/\u001b[2J\n", "http://host/?[2J?"],
  ] as const
) {
  Deno.test(`shownUrl shows ${JSON.stringify(shown)}`, () => {
    assertEquals(shownUrl(url), shown);
    assertEquals(shown.includes(SECRET), false);
  });
}

Deno.test("shownPart hides what a part of a malformed URL may hold", () => {
  assertEquals(shownPart("user:geheim@fsid"), "***@fsid");
  assertEquals(shownPart("image?token=geheim"), "image?…");
  assertEquals(shownPart("plain"), "plain");
  assertEquals(shownPart("x".repeat(1000)).length, 300);
});
