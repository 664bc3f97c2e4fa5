/**
 * The directory of the real Glance's file store, read at the path in Glance's location; for faults, through a mount that fails.
 *
 * @module
 */
import { FILE_STORE, FILES } from "@lab/ceph/glance_conf.ts";
import { Share } from "@lab/ceph/share.ts";
import { acceptedFile, storeFile } from "@/sources/file.ts";
import { systemFiles } from "@/system/files.ts";
import type { HandlerLab } from "../../suites/handler_suite.ts";
import { StoredImages } from "./stored_image.ts";

/** A lab for one test. */
export async function fileLab(): Promise<HandlerLab> {
  const share = await Share.mount(FILES);
  const images = new StoredImages(FILE_STORE);
  const reached = Promise.withResolvers<void>();
  const files: typeof systemFiles = {
    ...systemFiles,
    openInput(path) {
      reached.resolve();
      return systemFiles.openInput(path);
    },
  };
  const source = (location: string) =>
    storeFile(files, acceptedFile(location, [FILES, share.mount]));
  return {
    async place(content, fault) {
      const { direct_url: location, id } = await images.put(content);
      if (fault === undefined) return source(location);
      await share.setFault(id, fault);
      return source(`file://${share.mount}/${id}`);
    },
    absent: () => source(`file://${FILES}/absent`),
    reached: () => reached.promise,
    async idle() {
      // A read that hangs in the kernel is left behind; it must be over when the share is back.
      await share.heal();
      await share.idle();
    },
    async [Symbol.asyncDispose]() {
      await share[Symbol.asyncDispose]();
      await images[Symbol.asyncDispose]();
    },
  };
}
