/**
 * Real Ceph, read with the real `rbd`.
 *
 * @module
 */
import { osd } from "@lab/ceph/ceph_cluster.ts";
import { FaultyRbd } from "@lab/ceph/faulty_rbd.ts";
import { FSID, POOL } from "@lab/ceph/layout.ts";
import type { RbdTransfer } from "@/sources/rbd/source.ts";
import type { HandlerLab } from "../../suites/handler_suite.ts";
import { RBD_HOST } from "../rbd_host.ts";
import { putImage, removeImage } from "../rbd_image.ts";
import { rbdSource } from "../../doubles/rbd_source.ts";

/** A lab for one test. A source that never answers is an OSD that hangs; disposing it wakes it up. */
export function rbdLab(transfer: RbdTransfer): HandlerLab {
  const processes = new FaultyRbd();
  const names: string[] = [];
  const host = { ...RBD_HOST, transfer };
  const source = (id: string) => rbdSource(processes, host, `rbd://${FSID}/${POOL}/${id}/snap`, id);
  return {
    async place(content, fault) {
      const name = crypto.randomUUID();
      names.push(name);
      await putImage(name, content);
      if (fault?.kind === "silent") await osd.pause();
      else if (fault !== undefined) processes.setFault(name, fault);
      return source(name);
    },
    absent: () => source(crypto.randomUUID()),
    reached: () => processes.reached(),
    // A child that is not ended would keep this waiting, and the test's bound would tell.
    idle: () => processes.idle(),
    async [Symbol.asyncDispose]() {
      await osd.resume();
      for (const name of names) await removeImage(name);
    },
  };
}
