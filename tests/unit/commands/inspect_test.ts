import { assert, assertEquals, assertRejects } from "@std/assert";
import { inspectCommand } from "@/commands/inspect.ts";
import type { Result, Session } from "@/commands/session.ts";
import { textOn } from "@/ui/page.ts";
import type { FileInfo, OpenFile } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import {
  be,
  footedVmdk,
  luks,
  mbr,
  partition,
  patched,
  PROTECTIVE,
  qcow2,
  vhd,
  vhdx,
  VHDX_METADATA,
  vmdk,
} from "../formats/samples.ts";

const PATH = "/images/disk";

/** What the command reads of one file. */
interface Reads {
  bytes: number;
}

/**
 * Runs `inspect` over a file of `size` bytes that starts with `image`; zeros follow. Only its first
 * `readable` bytes are still there.
 */
async function inspect(
  image: Uint8Array,
  {
    args = [],
    size = image.length,
    readable = size,
    isFile = true,
    exists = true,
    reads = { bytes: 0 },
    config = noConfig,
    site = [],
  }: {
    readonly args?: readonly string[];
    readonly size?: number;
    readonly readable?: number;
    readonly isFile?: boolean;
    readonly exists?: boolean;
    readonly reads?: Reads;
    readonly config?: (key: string) => unknown;
    /** Names beside the nova of this host. */
    readonly site?: readonly string[];
  } = {},
): Promise<Result> {
  const info = { isFile, size } as FileInfo;
  const file = {
    stat: () => info,
    readAt(buffer: Uint8Array, offset: number) {
      const length = Math.max(0, Math.min(buffer.length, readable - offset));
      buffer.fill(0);
      buffer.set(image.subarray(offset, offset + length));
      reads.bytes += length;
      return length;
    },
    [Symbol.dispose]() {},
  } as Partial<OpenFile>;
  const files = {
    stat: (path: string) => exists && path === PATH ? info : undefined,
    open: () => file,
    list: (directory: string) => directory === "/site" ? site : [],
  };
  const session = { context: { files }, config: { get: config } } as unknown as Session;
  let result: Result | undefined;
  const command = inspectCommand(async (action) => {
    result = await action(session);
  });
  await command.parseAsync([...args, PATH], { from: "user" });
  assert(result !== undefined);
  return result;
}

function noConfig(): readonly string[] {
  throw new ToolError("config_invalid", "The configuration was read");
}

const settings: Readonly<Record<string, unknown>> = {
  "compute.vmdk_allowed_types": ["streamOptimized"],
  "DEFAULT.pybasedir": "/site",
  "DEFAULT.force_raw_images": false,
};
const config = (key: string) => settings[key];

Deno.test("inspect says what a file is, in both formats, and exits 0", async () => {
  const { json, text, status } = await inspect(qcow2({ 32: be(4, 2) }), { config });
  assertEquals(json, {
    path: PATH,
    format: "qcow2",
    size: 65536,
    virtual_size: 10 << 20,
    safe: true,
    problems: [],
    notes: ["is encrypted (LUKS)"],
  });
  assertEquals(textOn(text).split("\n"), [
    "path:         /images/disk",
    "format:       qcow2",
    "size:         64.0 KiB (65536 bytes)",
    "virtual size: 10.0 MiB (10485760 bytes)",
    "verdict:      safe",
    "note:         is encrypted (LUKS)",
  ]);
  assertEquals(status, 0);
});

Deno.test("inspect says why a file is unsafe, and exits 65", async () => {
  const { json, text, status } = await inspect(qcow2({ 8: be(8, 1) }));
  const problem = "its qcow2 content has a backing file";
  assertEquals((json as { problems: unknown }).problems, [problem]);
  assert(textOn(text).includes(`verdict:      unsafe\nproblem:      ${problem}`));
  assertEquals(status, 65);
});

Deno.test("inspect --disk-format judges a file as an image of that format", async () => {
  const { json, status } = await inspect(qcow2(), { args: ["--disk-format", "raw"] });
  const { problems } = json as { problems: unknown };
  assertEquals(problems, ["its content is 'qcow2', its disk_format 'raw'"]);
  assertEquals(status, 65);
});

Deno.test("inspect reads the configuration for a VMDK only", async () => {
  assertEquals((await inspect(vmdk(), { config })).status, 65);
  assertEquals((await inspect(footedVmdk(), { config })).status, 0);
  await assertRejects(() => inspect(vmdk()), ToolError, "The configuration was read");
});

Deno.test("inspect reads little of a large file, wherever the format keeps its words", async () => {
  const size = 2 ** 40;
  const reads = { bytes: 0 };
  const { json } = await inspect(vhdx(), { size, reads });
  assertEquals((json as { virtual_size: unknown }).virtual_size, 10 << 20);
  assert(reads.bytes <= 1 << 20, `${reads.bytes} bytes read`);

  const footed = footedVmdk();
  const end = footed.subarray(-1536);
  const file = patched(new Uint8Array(8 << 20), { 0: footed.subarray(0, 65536) });
  file.set(end, file.length - 1536);
  reads.bytes = 0;
  assertEquals((await inspect(file, { reads, config })).status, 0);
  assert(reads.bytes <= 1 << 18, `${reads.bytes} bytes read`);
});

Deno.test("inspect exits 65 for what nova's libvirt driver refuses, and never says that nova accepts it", async () => {
  const forced = (key: string) => key === "DEFAULT.force_raw_images" || settings[key];
  const cases = [
    [vhd(), "vhd", config, "disk_format 'vhd' is 'vpc' for qemu-img, so nova refuses it"],
    [mbr(PROTECTIVE), "gpt", config, "disk_format 'gpt' is 'raw' for qemu-img, so nova refuses it"],
    [
      luks(),
      "luks",
      forced,
      "its disk_format 'luks' is encrypted, and nova cannot convert it to raw",
    ],
    [
      qcow2({ 32: be(4, 2) }),
      "qcow2",
      forced,
      "its qcow2 content is encrypted (LUKS), and nova cannot convert it to raw",
    ],
    [qcow2(), "aki", config, "its content is 'qcow2', its disk_format 'aki'"],
  ] as const;
  for (const [image, format, config, problem] of cases) {
    const args = ["--disk-format", format];
    const { json, status } = await inspect(image, { args, config });
    const { problems } = json as { problems: readonly string[] };
    assertEquals([status, problems[0]], [65, problem]);
  }
  assertEquals((await inspect(luks(), { config })).status, 0);
});

Deno.test("inspect uses the rules of this host's nova: nova up to 2024.1 accepts a hybrid MBR", async () => {
  const image = mbr(PROTECTIVE, partition(0x83));
  for (
    const [site, status] of [[["nova-29.4.0.dist-info"], 0], [
      ["nova-31.0.0.egg-info"],
      65,
    ]] as const
  ) {
    assertEquals((await inspect(image, { config, site })).status, status);
  }
  // A partitioned disk is uploaded as raw.
  assertEquals((await inspect(mbr(PROTECTIVE), { config })).status, 0);
});

Deno.test("inspect reports an empty file as raw", async () => {
  const { json } = await inspect(new Uint8Array());
  assertEquals((json as { format: unknown }).format, "raw");
});

Deno.test("inspect reports a file that has become shorter as truncated", async () => {
  const { json } = await inspect(vhdx(), { readable: VHDX_METADATA + 10 });
  const { size, problems } = json as { size: unknown; problems: unknown };
  assertEquals(problems, ["its vhdx content ends inside its metadata"]);
  assertEquals(size, VHDX_METADATA + 10);
});

Deno.test("inspect refuses what is not a regular file, before it opens it", async () => {
  const error = await assertRejects(() => inspect(qcow2(), { isFile: false }), ToolError);
  assertEquals([error.code, error.hints.length], ["usage", 1]);
});

Deno.test("inspect distinguishes a file that is not there from one that cannot be read", async () => {
  const error = await assertRejects(() => inspect(qcow2(), { exists: false }), ToolError);
  assertEquals([error.code, error.exitStatus, error.hints.length], ["not_found", 66, 1]);
});
