/**
 * The stand-in `rbd`: serves files as RBD images, with the real program's command line, stream
 * formats, texts and exit statuses, and fails on demand. Its only input is argv and the files next
 * to the ceph.conf, because it runs with an empty environment.
 *
 * @module
 */
import { parseArguments } from "./arguments.ts";
import type { Invocation } from "./arguments.ts";
import { connect, faultOf } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { errno, RbdFailure } from "./failure.ts";
import { writeStream } from "./output.ts";
import { dataFile, listPool, openImage } from "./pools.ts";
import type { StoredImage } from "./pools.ts";
import { diffStream, plainStream, spoilt } from "./stream.ts";

const VERSION = "ceph version 16.2.15 (stand-in for tests) pacific (stable)";

function main(argv: readonly string[]): void {
  if (argv[0] === "--version" || argv[0] === "-v") return print(VERSION);
  const invocation = parseArguments(argv, Deno.env.get("CEPH_ARGS"));
  const log = invocation.ceph.get("log-file");
  if (log !== undefined && log !== "") Deno.writeTextFileSync(log, "", { append: true });
  const connection = connect(invocation, Deno.env.get("CEPH_CONF"));
  if (invocation.command === "ls") return list(connection, invocation);
  const image = openImage(connection, invocation);
  if (invocation.command === "info") return info(image, invocation);
  send(connection, image, invocation);
}

function send(connection: Connection, image: StoredImage, invocation: Invocation): void {
  const fault = faultOf(connection, invocation.image);
  if (fault?.kind === "chatter") Deno.stderr.writeSync(new Uint8Array(fault.bytes).fill(0x2e));
  if (fault?.kind === "output") {
    Deno.stdout.writeSync(Uint8Array.from(atob(fault.base64), (char) => char.charCodeAt(0)));
    throw new RbdFailure(fault.status);
  }
  const stream = invocation.command === "export"
    ? plainStream(image)
    : diffStream(image, invocation.snap, invocation.options.has("whole-object"));
  using data = Deno.openSync(dataFile(connection, invocation));
  const to = invocation.path === "-" ? Deno.stdout : createNew(invocation.path, stream.name);
  const progress = !invocation.options.has("no-progress");
  writeStream(spoilt(stream, fault), { data, to, connection, fault, progress });
  if (fault?.kind === "status") throw new RbdFailure(fault.status);
  if (fault?.kind === "unreadable") {
    throw new RbdFailure(
      5,
      `rbd: error reading from source image at offset ${fault.object * image.objectSize}: ${
        errno(5)
      }`,
      `rbd: ${stream.name} error: ${errno(5)}`,
    );
  }
}

/** The real program never overwrites. */
function createNew(path: string, name: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { write: true, createNew: true, mode: 0o644 });
  } catch (error) {
    const number = error instanceof Deno.errors.AlreadyExists ? 17 : 2;
    throw new RbdFailure(number, `rbd: ${name} error: ${errno(number)}`);
  }
}

function list(connection: Connection, { pool, options }: Invocation): void {
  const names = listPool(connection, pool);
  print(options.get("format") === "json" ? JSON.stringify(names) : names.join("\n"));
}

function info(image: StoredImage, { image: name, options }: Invocation): void {
  const objects = Math.ceil(image.size / image.objectSize);
  const order = Math.log2(image.objectSize);
  if (options.get("format") !== "json") {
    return print(
      `rbd image '${name}':\n\tsize ${image.size} B in ${objects} objects\n\torder ${order}`,
    );
  }
  print(JSON.stringify({
    name,
    id: "1071976e4432",
    size: image.size,
    objects,
    order,
    object_size: image.objectSize,
    snapshot_count: 1,
    block_name_prefix: "rbd_data.1071976e4432",
    format: 2,
    features: ["layering", "exclusive-lock", "object-map", "fast-diff", "deep-flatten"],
    op_features: [],
    flags: [],
    create_timestamp: "Sun Nov 22 14:00:00 2026",
    access_timestamp: "Sun Nov 22 14:00:00 2026",
    modify_timestamp: "Sun Nov 22 14:00:00 2026",
    protected: "true",
  }));
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

try {
  main(Deno.args);
} catch (error) {
  if (!(error instanceof RbdFailure)) throw error;
  Deno.stderr.writeSync(new TextEncoder().encode(error.message));
  Deno.exit(error.status);
}
