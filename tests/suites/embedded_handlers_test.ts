/**
 * The handler suite against the embedded lab.
 *
 * @module
 */
import { join } from "node:path";
import { EmbeddedCeph, type Layout } from "@lab/embedded/ceph.ts";
import { writeSparse } from "@lab/embedded/content.ts";
import { EmbeddedGlance } from "@lab/embedded/glance.ts";
import { EmbeddedShare } from "@lab/embedded/share.ts";
import { acceptedFile, storeFile } from "@/sources/file.ts";
import type { RbdTransfer } from "@/sources/rbd/source.ts";
import { systemContext } from "@/system/context.ts";
import { type HandlerLab, handlerSuite } from "./handler_suite.ts";
import { plainGlance } from "./plain_glance.ts";
import { rbdSource } from "../doubles/rbd_source.ts";

const context = systemContext();

/** Where holes travel as zeros, an image of 4 GiB takes its time. */
const SLOW = Deno.env.has("GLANCE_DIRECT_NIGHTLY")
  ? {}
  : { leftOut: { borders: "4 GiB of zeros travel; deno task test:nightly" } };

const RBD: readonly (readonly [RbdTransfer, Layout])[] = [
  ["sparse", "thick"],
  ["sparse", "thin"],
  ["plain", "thick"],
];

for (const [transfer, layout] of RBD) {
  handlerSuite(`rbd (${transfer}, stored ${layout})`, {
    lab: () => rbdLab(transfer, layout),
    holes: transfer === "sparse",
    ...transfer === "sparse" ? {} : SLOW,
  });
}

for (const randomAccess of [false, true]) {
  handlerSuite(`glance (${randomAccess ? "file" : "rbd"} store)`, {
    lab: () => glanceLab(randomAccess),
    holes: false,
    ...SLOW,
  });
}

handlerSuite("file", { lab: fileLab, holes: false, ...SLOW });

function rbdLab(transfer: RbdTransfer, layout: Layout): HandlerLab {
  const directory = Deno.makeTempDirSync();
  const ceph = EmbeddedCeph.create(directory);
  const host = {
    program: ceph.program,
    clusterFor: () => ({ conf: ceph.conf, user: "nova" }),
    transfer,
    pools: ["images"],
    allowForeignNames: false,
    concurrentOps: 10,
    connectTimeout: 600,
    requestTimeout: 600,
  };
  return {
    place(content, fault) {
      const id = crypto.randomUUID();
      ceph.setFault(id, fault);
      return rbdSource(context.processes, host, ceph.store(id, content, { layout }), id);
    },
    absent() {
      const url = `rbd://${ceph.fsid}/images/absent/snap`;
      return rbdSource(context.processes, host, url, "absent");
    },
    reached: () => ceph.reached(),
    idle() {
      const running = ceph.running();
      if (running.length > 0) throw new Error(`rbd still runs: ${running}`);
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(directory, { recursive: true });
    },
  };
}

function glanceLab(randomAccess: boolean): HandlerLab {
  const glance = new EmbeddedGlance({ randomAccess });
  const { client, source } = plainGlance(context, glance.url, 600_000);
  return {
    place(content, fault) {
      const { id } = glance.add({ content, hashed: false });
      glance.setFault(id, fault);
      return source(id);
    },
    absent: () => source(crypto.randomUUID()),
    reached: () => glance.server.reached(),
    idle: () => glance.server.idle(),
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await glance[Symbol.asyncDispose]();
    },
  };
}

function fileLab(): HandlerLab {
  const directory = Deno.realPathSync(Deno.makeTempDirSync());
  const share = new EmbeddedShare(context.files);
  const resolve = (id: string) =>
    storeFile(share, acceptedFile(`file://${join(directory, id)}`, [directory]));
  return {
    place(content, fault) {
      const id = crypto.randomUUID();
      share.setFault(id, fault);
      writeSparse(content, join(directory, id));
      return resolve(id);
    },
    absent: () => resolve("absent"),
    reached: () => share.reached(),
    idle: () => share.idle(),
    async [Symbol.asyncDispose]() {
      await Deno.remove(directory, { recursive: true });
    },
  };
}
