/**
 * Images that would exhaust the memory of the host: `qemu-img info` within nova's own limits
 * (`nova.privsep.qemu.QEMU_IMG_LIMITS`) cannot open them, and the inspector refuses them before
 * `qemu-img` sees them.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { le, vdi } from "../unit/formats/samples.ts";
import { refusal } from "../unit/formats/inspect_image.ts";
import { peerTest } from "./peer.ts";

/** What nova gives to `qemu-img info`: bytes of address space, seconds of processor time. */
const LIMITS = ["--as=1073741824", "--cpu=30"];

/** A VDI with so many blocks of 1 MiB; what is not written is a hole. */
async function makeVdi(path: string, blocks: number): Promise<Uint8Array> {
  const header = vdi({
    68: le(4, 0x10001),
    72: le(4, 0x180),
    340: le(4, 512),
    344: le(4, 512 + blocks * 4),
    360: le(4, 512),
    368: le(8, blocks * 2 ** 20),
    376: le(4, 2 ** 20),
    384: le(4, blocks),
  });
  await Deno.writeFile(path, header);
  await Deno.truncate(path, 1024 + blocks * 4);
  return header;
}

async function info(path: string) {
  const args = [...LIMITS, "qemu-img", "info", "-f", "vdi", path];
  const { code, stderr } = await new Deno.Command("prlimit", { args }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

const PEERS = { programs: { "qemu-img": ["--version"], prlimit: ["--version"] } };

peerTest(
  "FormatInspector refuses the table that qemu-img cannot hold within nova's limits",
  PEERS,
  async () => {
    const path = await Deno.makeTempFile({ suffix: ".vdi" });
    try {
      const bomb = await makeVdi(path, 2 ** 29 - 128);
      const { code, stderr } = await info(path);
      assert(code !== 0, "qemu-img opens it within nova's limits");
      assertStringIncludes(stderr, "Cannot allocate memory");
      assertStringIncludes(refusal(bomb, "vdi"), "claims a table of 2147483136 bytes");
      await makeVdi(path, 1024);
      assertEquals((await info(path)).code, 0, "the image of the test is no VDI to qemu-img");
    } finally {
      await Deno.remove(path);
    }
  },
);
