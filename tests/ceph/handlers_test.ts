/**
 * The handler suite against real parts, with real faults: an OSD that hangs, an `rbd` that is
 * killed or stopped, a connection to Glance that breaks, a mount that fails or hangs. Damage to
 * data in Ceph and outages have tests of their own.
 *
 * @module
 */
import { FILE_STORE } from "@lab/ceph/glance_conf.ts";
import { restore } from "@lab/ceph/lab.ts";
import { handlerSuite, type HandlerTraits } from "../suites/handler_suite.ts";
import { fileLab } from "./handlers/file_lab.ts";
import { glanceLab } from "./handlers/glance_lab.ts";
import { rbdLab } from "./handlers/rbd_lab.ts";

/** All that real parts are not made to do here. */
const LEFT_OUT = {
  rbdStore: {
    borders: "Glance would fill the pool with 4 GiB of zeros; its file store answers the same way",
  },
} as const satisfies Readonly<Record<string, HandlerTraits["leftOut"]>>;

Deno.test.afterAll(restore);

for (const transfer of ["sparse", "plain"] as const) {
  handlerSuite(`rbd (${transfer}) from Ceph`, {
    lab: () => rbdLab(transfer),
    holes: transfer === "sparse",
  });
}
handlerSuite("glance (rbd store) from Glance", {
  lab: () => glanceLab(undefined),
  holes: false,
  leftOut: LEFT_OUT.rbdStore,
});
handlerSuite("glance (file store) from Glance", { lab: () => glanceLab(FILE_STORE), holes: false });
handlerSuite("file from Glance's store", { lab: fileLab, holes: false });
