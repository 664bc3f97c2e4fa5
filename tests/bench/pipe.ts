/**
 * `deno task bench:pipe`: what it costs to read 1 GiB from a child's pipe, with buffers that the
 * bytes fill from their beginning on, and with those of the pool. Each run is a process of its own,
 * because an allocator that has worked for a while places buffers elsewhere.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { ByteReader, type Bytes } from "@/bytes/byte_reader.ts";
import { SEGMENT_SIZE } from "@/bytes/segment.ts";
import { systemProcesses } from "@/system/processes.ts";
import { median } from "./statistics.ts";

const RUNS = 5;

/** Writes 4 MiB at a time, as `rbd` does. */
const WRITER = ["/usr/bin/dd", "if=/dev/zero", "bs=4M", "count=256", "status=none"];

/** Where the room for each read comes from. */
const ROOMS: Readonly<Record<string, () => Bytes>> = {
  "from their beginning on": () => new Uint8Array(SEGMENT_SIZE),
  "of the pool": () => new BufferPool().take(),
};

/** Reads the child to its end. @returns CPU seconds of this process in the kernel. */
async function drain(first: Bytes): Promise<number> {
  const before = cpuUsage();
  await using child = systemProcesses.spawn(WRITER);
  const reader = new ByteReader(child.stdout);
  const { byteOffset, length } = first;
  for (let room = first;;) {
    const { buffer, length: count } = await reader.read(room);
    if (count === 0) return cpuUsage(before).system / 1e6;
    room = new Uint8Array(buffer, byteOffset, length);
  }
}

async function inNewProcess(name: string): Promise<number> {
  const args = ["run", "--quiet", "-A", import.meta.filename ?? "", name];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  return Number(new TextDecoder().decode(stdout));
}

async function print(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}

const [name] = Deno.args;
if (name !== undefined) {
  await print(`${await drain(ROOMS[name]!())}`);
} else {
  const seconds = Object.keys(ROOMS).map((name): [string, number[]] => [name, []]);
  for (let run = 0; run < RUNS; run++) {
    for (const [name, all] of seconds) all.push(await inNewProcess(name));
  }
  for (const [name, all] of seconds) {
    await print(`buffers ${name}: ${median(all).toFixed(2)} s in the kernel for 1 GiB`);
  }
}
