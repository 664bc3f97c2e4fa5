/**
 * The real Glance behind a relay that breaks its answers.
 *
 * @module
 */
import { PORTS, url } from "@lab/ceph/layout.ts";
import { Relay } from "@lab/ceph/relay.ts";
import { systemContext } from "@/system/context.ts";
import type { HandlerLab } from "../../suites/handler_suite.ts";
import { plainGlance } from "../../suites/plain_glance.ts";
import { StoredImages } from "./stored_image.ts";

/** Bound of every answer; a real Glance is slow to begin. */
const TIMEOUT = 60_000;

/** A lab for one test. @param store Glance's name of the store; `undefined` is the rbd store. */
export function glanceLab(store: string | undefined): HandlerLab {
  const context = systemContext();
  const images = new StoredImages(store);
  const relay = new Relay(url(PORTS.glanceNoauth));
  const { client, source } = plainGlance(context, relay.url, TIMEOUT);
  return {
    async place(content, fault) {
      const { id } = await images.put(content);
      relay.setFault(`/v2/images/${id}/file`, fault);
      return source(id);
    },
    absent: () => source(crypto.randomUUID()),
    reached: () => relay.reached(),
    idle: () => relay.idle(),
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await relay[Symbol.asyncDispose]();
      await images[Symbol.asyncDispose]();
    },
  };
}
