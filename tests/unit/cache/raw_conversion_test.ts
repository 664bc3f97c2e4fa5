/**
 * The conversion to raw: its command line, its limits, and the meaning of its exit status.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SpaceGuard } from "@/cache/free_space.ts";
import { type Conversion, convertToRaw } from "@/cache/raw_conversion.ts";
import type { Child, Processes } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";
import { FakeClock, settle } from "../../doubles/clock.ts";
import { withFiles } from "../../doubles/folder.ts";

/** A program in the hands of a test. */
class Program {
  readonly argv: string[] = [];
  killed = false;
  stderr = "first line\nlast line";
  #output!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  readonly #status = Promise.withResolvers<Awaited<Child["status"]>>();

  /** What starts it. */
  get processes(): Processes {
    const stdout = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#output = controller),
    });
    const spawn: Processes["spawn"] = (argv, { signal } = {}) => {
      this.argv.push(...argv);
      const kill = () => this.end(137, () => this.killed = true);
      signal?.addEventListener("abort", kill, { once: true });
      const { promise: status } = this.#status;
      const stderrTail = () => this.stderr;
      return { pid: 1, stdout, status, stderrTail, kill, [Symbol.asyncDispose]: async () => {} };
    };
    return { spawn };
  }

  /** Writes a percentage. */
  say(): void {
    this.#output.enqueue(new TextEncoder().encode("(1.00/100%)\r"));
  }

  /** Ends it. */
  end(code: number, before = () => {}): void {
    before();
    this.#output.close();
    this.#status.resolve({ code, signal: null });
  }
}

interface Trial {
  readonly program: Program;
  readonly clock: FakeClock;
  readonly disk: { free: number };
  readonly to: string;
  readonly done: Promise<void>;
}

/** Converts into a file of 1024 bytes, as a qcow2 of that size would be. */
function converting(test: (trial: Trial) => Promise<void>, change: Partial<Conversion> = {}) {
  return withFiles({ to: new Uint8Array(1024) }, async (folder) => {
    const [program, clock, disk] = [new Program(), new FakeClock(), { free: 100 }];
    const to = join(folder, "to");
    using file = systemFiles.open(to);
    const guard = new SpaceGuard({ freeSpace: () => disk.free }, to, 100);
    const told = { from: "/c/from", diskFormat: "qcow2", to, file, guard, virtualSize: 1024 };
    const conversion = { ...told, partitions: true, stallTimeout: 30_000, ...change };
    const { signal } = new AbortController();
    const parts = { processes: program.processes, clock };
    const done = convertToRaw(parts, "/usr/bin/qemu-img", conversion, signal);
    done.catch(() => {});
    await settle();
    await test({ program, clock, disk, to, done });
    assertEquals(clock.sleeping, 0, "something still waits");
  });
}

for (const [diskFormat, name] of [["qcow2", "qcow2"], ["vhd", "vpc"]] as const) {
  Deno.test(`convertToRaw() names the format '${name}', and nothing is probed`, () =>
    converting(async ({ done, program, to }) => {
      program.say();
      program.end(0);
      await done;
      const [qemu, ...args] = program.argv;
      assertEquals(qemu, "/usr/bin/qemu-img");
      const flags = ["-p", "-t", "writeback", "-O", "raw", "-f", name];
      assertEquals(args, ["convert", ...flags, "/c/from", to]);
    }, { diskFormat }));
}

Deno.test("convertToRaw() repeats the last line of qemu-img", () =>
  converting(async ({ done, program }) => {
    program.end(1);
    const error = await assertRejects(() => done, ToolError);
    assertEquals(error.code, "format_rejected");
    assertStringIncludes(error.message, "qemu-img exited with 1: last line");
  }));

for (
  const [said, status, code] of [
    ["Could not open 'a': Incorrect header checksum", 1, "format_rejected"],
    ["Could not open 'a': Parameter 'encrypt.key-secret' is required", 1, "format_rejected"],
    ["error while reading at byte 4096: Invalid argument", 1, "format_rejected"],
    ["Could not open 'a': Invalid block size 0", 1, "format_rejected"],
    ["Could not open '/srv/block/a': Image is corrupt", 1, "format_rejected"],
    [`Could not open 'a': Failed to get shared "write" lock`, 1, "io"],
    ["Could not open 'a': Failed to lock byte 100", 1, "io"],
    ["error while writing at byte 4096: No space left on device", 1, "no_space"],
    ["error while writing at byte 4096: Input/output error", 1, "io"],
    ["Could not open 'a': Permission denied", 1, "io"],
    ["", 137, "io"],
  ] as const
) {
  Deno.test(`convertToRaw() attributes other failures to the image: ${status} ${said}`, () =>
    converting(async ({ done, program }) => {
      program.stderr = `qemu-img: ${said}`;
      program.end(status);
      assertEquals((await assertRejects(() => done, ToolError)).code, code);
    }));
}

Deno.test("convertToRaw() refuses a disk whose size differs from the image's header", () =>
  converting(async ({ done, program }) => {
    program.end(0);
    const error = await assertRejects(() => done, ToolError);
    assertEquals([error.code, error.message], [
      "format_rejected",
      "Cannot use the image: its disk has 1024 bytes for qemu-img, its header says 512",
    ]);
  }, { virtualSize: 512 }));

Deno.test("convertToRaw() refuses a disk that looks like another format", () =>
  converting(async ({ done, program, to }) => {
    await Deno.writeFile(to, Uint8Array.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]));
    await Deno.truncate(to, 1024);
    program.end(0);
    const error = await assertRejects(() => done, ToolError);
    assertEquals(error.code, "format_rejected");
  }));

Deno.test("convertToRaw() ends a program that is silent and whose file does not grow", () =>
  converting(async ({ clock, done, program }) => {
    for (let second = 0; second < 29; second++) await clock.advance(1000);
    assertEquals(program.killed, false);
    program.say();
    await settle();
    for (let second = 0; second < 30; second++) await clock.advance(1000);
    const error = await assertRejects(() => done, ToolError);
    assertEquals([error.code, program.killed], ["timeout", true]);
  }));

Deno.test("convertToRaw() does not end a program whose file grows", () =>
  converting(async ({ clock, done, program, to }) => {
    for (let turn = 1; turn < 4; turn++) {
      await Deno.writeFile(to, new Uint8Array(turn * 65_536).fill(1));
      for (let second = 0; second < 29; second++) await clock.advance(1000);
    }
    assertEquals(program.killed, false);
    await Deno.writeFile(to, new Uint8Array(1024));
    program.end(0);
    await done;
  }));

Deno.test("convertToRaw() ends a program that uses the reserved space", () =>
  converting(async ({ clock, disk, done, program }) => {
    await clock.advance(1000);
    disk.free = 99;
    await clock.advance(1000);
    const error = await assertRejects(() => done, ToolError);
    assertEquals([error.code, program.killed], ["no_space", true]);
  }));
