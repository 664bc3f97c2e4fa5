/**
 * `verify`: what it refuses before it compares anything, and bases that were converted to raw.
 *
 * @module
 */
import { join } from "node:path";
import { type FileVerdict, verifyFile } from "@/transfer/verify_file.ts";
import type { FetchParts } from "@/plan/plan.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { systemFiles } from "@/system/files.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { withFiles } from "../../doubles/folder.ts";
import { qcow2 } from "../formats/samples.ts";

const QCOW2 = { id: "3f1c0a52", status: "active", diskFormat: "qcow2", size: 458_752 };

async function verify(path: string, change: Partial<ImageRecord> = {}): Promise<FileVerdict> {
  const config = { get: () => true };
  const parts = { config, context: { files: systemFiles } } as unknown as FetchParts;
  const record = { ...QCOW2, virtualSize: null, ...change } as ImageRecord;
  const request = { trustedCerts: [], allowUnhashed: false };
  return await verifyFile(parts, record, path, request, () => {}, new AbortController().signal);
}

for (const [path, code] of [["/nowhere/at/all", "not_found"], ["/", "usage"]] as const) {
  Deno.test(`verifyFile() reports that '${path}' is not an image file: ${code}`, async () => {
    const error = await assertRejects(() => verify(path), ToolError);
    assertEquals([error.code, error.hints.length], [code, 1]);
  });
}

Deno.test("verifyFile() says of a raw copy what its record does not let it check, whatever its status", () =>
  withFiles({ base: new Uint8Array(1 << 20) }, async (folder) => {
    for (const status of ["active", "deactivated"]) {
      for (const virtualSize of [1 << 20, null]) {
        const verdict = await verify(join(folder, "base"), { status, virtualSize });
        const { converted, unchecked, verified } = verdict;
        assertEquals([converted, verified.size], [true, virtualSize !== null]);
        assertEquals(
          unchecked,
          virtualSize === null ? "its record has no virtual_size to compare its length with" : null,
        );
      }
    }
  }));

Deno.test("verifyFile() refuses a raw copy whose disk looks like another image", () =>
  withFiles({ base: qcow2() }, async (folder) => {
    const path = join(folder, "base");
    const error = await assertRejects(() => verify(path, { diskFormat: "vmdk" }), ToolError);
    assertEquals(error.code, "format_rejected");
  }));
