/**
 * The handler suite against real Ceph. What goes wrong there is in the tests of damage and outage.
 *
 * @module
 */
import { CEPH_CONF } from "@lab/ceph/ceph_conf.ts";
import { FSID, POOL } from "@lab/ceph/layout.ts";
import type { Child, Processes } from "@/context.ts";
import { rbdHandler, type RbdTransfer } from "@/handlers/rbd.ts";
import { RBD_PROGRAM } from "@/handlers/rbd_program.ts";
import { systemProcesses } from "@/system/processes.ts";
import { type HandlerLab, handlerSuite } from "../suites/handler_suite.ts";
import { putImage, removeImage } from "./rbd_image.ts";

for (const transfer of ["sparse", "plain"] as const) {
  handlerSuite(`rbd (${transfer}) from Ceph`, {
    lab: () => cephLab(transfer),
    faults: [],
    holes: transfer === "sparse",
  });
}

function cephLab(transfer: RbdTransfer): HandlerLab {
  const children: Child[] = [];
  const names: string[] = [];
  const handler = rbdHandler(remembering(children), {
    program: RBD_PROGRAM,
    clusterFor: () => ({ conf: CEPH_CONF, user: "nova" }),
    transfer,
    pools: [POOL],
    allowForeignNames: false,
    concurrentOps: 10,
    connectTimeout: 30,
    requestTimeout: 30,
  });
  const source = (id: string) =>
    handler.resolve({ url: `rbd://${FSID}/${POOL}/${id}/snap`, metadata: {} }, { id });
  return {
    async place(content) {
      const name = crypto.randomUUID();
      names.push(name);
      await putImage(name, content);
      return source(name);
    },
    absent: () => source(crypto.randomUUID()),
    reached: () => Promise.resolve(),
    async idle() {
      // A child that is not ended would keep this waiting, and the test's bound would tell.
      await Promise.all(children.map(({ status }) => status));
    },
    async [Symbol.asyncDispose]() {
      for (const name of names) await removeImage(name);
    },
  };
}

function remembering(children: Child[]): Processes {
  return {
    spawn(argv, options) {
      const child = systemProcesses.spawn(argv, options);
      children.push(child);
      return child;
    },
  };
}
