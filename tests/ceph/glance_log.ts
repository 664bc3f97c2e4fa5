/**
 * The requests that the lab's Glance received, from its own access log: both instances, between two
 * marks. A mark is a request of our own, so that no request in between can be missed.
 *
 * @module
 */
import type { Daemon } from "@lab/ceph/daemon.ts";
import { glance, glanceNoauth } from "@lab/ceph/glance.ts";
import { exchange } from "@lab/ceph/http.ts";
import { PORTS, url } from "@lab/ceph/layout.ts";
import { until } from "@lab/ceph/wait.ts";

const INSTANCES: readonly (readonly [Daemon, number])[] = [
  [glance, PORTS.glance],
  [glanceNoauth, PORTS.glanceNoauth],
];

/** The line of one request in the log of eventlet's server, `GET /v2/images/… HTTP/1.1`. */
const REQUEST = /"((?:GET|HEAD|POST|PUT|PATCH|DELETE) \S+) HTTP\/1\.[01]" \d{3} /g;

/** Requests as `METHOD /path`, in the order in which they were answered. */
export async function requestsDuring(action: () => Promise<unknown>): Promise<readonly string[]> {
  const begin = await mark();
  await action();
  const end = await mark();
  const logs = await Promise.all(INSTANCES.map(([{ log }]) => requestsOf(log)));
  return logs.flatMap((requests) =>
    requests.slice(requests.indexOf(begin) + 1, requests.indexOf(end))
  );
}

/** Asks each instance for an image that nobody else asks for, and waits for the lines. */
async function mark(): Promise<string> {
  const path = `/v2/images/${crypto.randomUUID()}`;
  for (const [daemon, port] of INSTANCES) {
    await exchange("GET", url(port, path));
    await until(
      `'${path}' in the log of '${daemon.name}'`,
      async () => (await requestsOf(daemon.log)).includes(`GET ${path}`),
    );
  }
  return `GET ${path}`;
}

async function requestsOf(log: string): Promise<readonly string[]> {
  return [...(await Deno.readTextFile(log)).matchAll(REQUEST)].map(([, request = ""]) => request);
}
