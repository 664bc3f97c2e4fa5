/**
 * What `verify` refuses before it compares anything.
 *
 * @module
 */
import { type FileVerdict, verifyFile } from "@/transfer/verify_file.ts";
import type { FetchParts } from "@/plan/prepare.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { systemFiles } from "@/system/files.ts";
import { assertEquals, assertRejects } from "@std/assert";

async function verify(path: string): Promise<FileVerdict> {
  const parts = { context: { files: systemFiles } } as FetchParts;
  const record = { id: "3f1c0a52" } as ImageRecord;
  return await verifyFile(parts, record, path, [], () => {}, new AbortController().signal);
}

for (const [path, code] of [["/nowhere/at/all", "not_found"], ["/", "usage"]] as const) {
  Deno.test(`verifyFile() finds '${path}' to be no image file: ${code}`, async () => {
    const error = await assertRejects(() => verify(path), ToolError);
    assertEquals([error.code, error.hints.length], [code, 1]);
  });
}
