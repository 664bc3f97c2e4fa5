/**
 * Nothing in a location becomes an option of `rbd`, whatever it says.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Processes } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { type RbdHost, rbdSource } from "../../../doubles/rbd_source.ts";

const FSID = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";

/** The words of the command line, in their order; a value is in the word of its option. */
const WORDS: readonly RegExp[] = [
  /^\/usr\/bin\/rbd$/,
  /^export-diff$/,
  /^--whole-object$/,
  /^--no-progress$/,
  /^--conf=\/etc\/ceph\/ceph\.conf$/,
  /^--id=nova$/,
  /^--pool=[A-Za-z0-9][\w.-]*$/,
  /^--image=[A-Za-z0-9][\w.-]*$/,
  /^--snap=[A-Za-z0-9][\w.-]*$/,
  /^--path=-$/,
  /^--rbd_concurrent_management_ops=10$/,
  /^--client_mount_timeout=5$/,
  /^--rados_mon_op_timeout=5$/,
  /^--rados_osd_op_timeout=30$/,
];

class Spawned extends Error {
  readonly argv: readonly string[];

  constructor(argv: readonly string[]) {
    super("stopped before the program starts");
    this.argv = argv;
  }
}

const RECORDING: Processes = {
  spawn(argv) {
    throw new Spawned(argv);
  },
};

/** With every rule off that could hide a hole in the form. */
const HOST: RbdHost = {
  program: "/usr/bin/rbd",
  clusterFor: () => ({ conf: "/etc/ceph/ceph.conf", user: "nova" }),
  pools: [],
  allowForeignNames: true,
  transfer: "sparse",
  concurrentOps: 10,
  connectTimeout: 5,
  requestTimeout: 30,
};

/** The command line that a location leads to, or `undefined` when it is refused before. */
function argvOf(url: string): readonly string[] | undefined {
  try {
    const source = rbdSource(RECORDING, HOST, url, "any");
    const { signal } = new AbortController();
    const buffers = new BufferPool();
    void source.open({ signal, offset: 0, size: 1, buffers, onTransferred: () => {} });
  } catch (error) {
    if (error instanceof Spawned) return error.argv;
    assert(error instanceof ToolError && error.code === "location_invalid", `${error}`);
    return undefined;
  }
  throw new Error("rbd was neither started nor refused");
}

function isAsBuilt(argv: readonly string[]): boolean {
  return argv.length === WORDS.length && argv.every((word, index) => WORDS[index]?.test(word));
}

/** Names as an attacker would choose them, plain ones, and anything. */
const NAME = fc.oneof(
  fc.constantFrom("--log-file=/x", "--mon-host=127.0.0.1:2", "-c", "--", "a@b", "a/b", "%2F", "-"),
  fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,20}$/),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
);

Deno.test("RbdSource builds the command line that it always builds, for a plain location", () => {
  const argv = argvOf(`rbd://${FSID}/images/some-image/snap`);
  assert(argv !== undefined && isAsBuilt(argv), `${argv}`);
});

Deno.test("RbdSource lets no name in a location become an argument of its own", () => {
  let built = 0;
  fc.assert(
    fc.property(NAME, NAME, NAME, (pool, image, snapshot) => {
      const argv = argvOf(`rbd://${FSID}/${pool}/${image}/${snapshot}`);
      if (argv === undefined) return true;
      built++;
      return isAsBuilt(argv);
    }),
    { numRuns: 5000 },
  );
  assert(built > 50, `only ${built} locations were used`);
});

Deno.test("RbdSource starts rbd for no text that is not a location", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      assertEquals(argvOf(`rbd:${text}`), undefined);
    }),
    { numRuns: 2000 },
  );
});
