/**
 * Certificates of a local directory.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import type { FileInfo, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { certificateDirectory } from "@/signatures/certificate_dir.ts";
import { ROOT } from "./samples.ts";

const { signal } = new AbortController();

function directory(files: Readonly<Record<string, string>>, isFile = true) {
  const fake = {
    stat: (path: string) =>
      path in files ? { isFile, size: files[path]?.length } as FileInfo : undefined,
    readText: (path: string) => files[path],
  } as Pick<Files, "stat" | "readText">;
  return certificateDirectory(fake, "/certs");
}

Deno.test("certificateDirectory reads ID.pem, and knows when there is none", async () => {
  const store = directory({ "/certs/some-id.pem": ROOT });
  assertEquals(await store.find("some-id", signal), {
    pem: ROOT,
    origin: "file '/certs/some-id.pem'",
  });
  assertEquals(await store.find("other", signal), null);
});

Deno.test("certificateDirectory refuses what is no certificate, naming the file", async () => {
  const path = "/certs/a.pem";
  const cases = [
    directory({ [path]: "x".repeat(65537) }),
    directory({ [path]: ROOT }, false),
  ];
  for (const store of cases) {
    const error = await assertRejects(() => store.find("a", signal), ToolError, `'${path}'`);
    assertEquals(error.code, "certificate_invalid");
  }
});
