/**
 * The real Glance behind a relay that breaks its answers, read by the glance handler.
 *
 * @module
 */
import { PORTS, url } from "@lab/ceph/layout.ts";
import { Relay } from "@lab/ceph/relay.ts";
import { glanceClient } from "@/openstack/glance/client.ts";
import { Endpoints } from "@/openstack/glance/endpoint.ts";
import { GLANCE_LOCATION, glanceHandler } from "@/sources/glance.ts";
import { FetchTransport } from "@/openstack/http/transport.ts";
import { fixedSession } from "@/openstack/keystone/session.ts";
import { systemContext } from "@/system/context.ts";
import type { HandlerLab } from "../../suites/handler_suite.ts";
import { StoredImages } from "./stored_image.ts";

/** Bound of every answer; a real Glance is slow to begin. */
const TIMEOUT = 60_000;

/** A lab for one test. @param store Glance's name of the store; `undefined` is the rbd store. */
export function glanceLab(store: string | undefined): HandlerLab {
  const context = systemContext();
  const images = new StoredImages(store);
  const relay = new Relay(url(PORTS.glanceNoauth));
  const client = glanceClient({
    context,
    transport: new FetchTransport(
      context,
      Deno.createHttpClient({ poolMaxIdlePerHost: 0, http2: false }),
    ),
    session: fixedSession("none", {}),
    endpoints: new Endpoints([relay.url], "the test"),
    retries: 0,
    timeoutMs: TIMEOUT,
  });
  const handler = glanceHandler({
    client,
    clock: context.clock,
    timeoutMs: TIMEOUT,
    prefer: [],
  });
  const location = { url: GLANCE_LOCATION, metadata: {} };
  return {
    async place(content, fault) {
      const { id } = await images.put(content);
      relay.setFault(`/v2/images/${id}/file`, fault);
      return handler.resolve(location, { id });
    },
    absent: () => handler.resolve(location, { id: crypto.randomUUID() }),
    reached: () => relay.reached(),
    idle: () => relay.idle(),
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await relay[Symbol.asyncDispose]();
      await images[Symbol.asyncDispose]();
    },
  };
}
