/**
 * Checks of the Image API: its endpoint, its TLS, its locations, hashes and data.
 *
 * @module
 */
import { isSupported } from "@/bytes/hash_algorithms.ts";
import { hashSpeed } from "@/bytes/hash_speed.ts";
import type { Clock } from "@/context.ts";
import { formatRate } from "@/human_units.ts";
import { clusterFor } from "@/config/ceph_clusters.ts";
import { directPath } from "@/config/direct_path.ts";
import { shownUrl } from "@/shown_url.ts";
import {
  type Check,
  failure,
  type HostFacts,
  NotApplicable,
  ok,
  reportedBy,
  warning,
} from "@/doctor/check.ts";
import {
  expectDirectPath,
  knownLocations,
  readableCluster,
  settingAt,
} from "@/doctor/direct_path.ts";

/** The check. */
export const glanceEndpoint: Check = {
  id: "glance.endpoint",
  what: "Glance is found and answers",
  async run(host, signal) {
    const { client } = await host.services();
    const images = client.list({ limit: ["1"] }, signal);
    for await (const _image of images) break;
    return ok(
      `Glance answers at ${shownUrl(client.endpoints[0] ?? "")}`,
      client.endpoints.slice(1).map(shownUrl),
    );
  },
};

/** The check. */
export const glanceFsid: Check = {
  id: "glance.fsid",
  what: "Glance's clusters are those of this host",
  async run(host) {
    expectDirectPath(host);
    const { config, context } = host;
    const cluster = readableCluster(host);
    const fsids = [...new Set((await knownLocations(host)).map(({ fsid }) => fsid))];
    if (fsids.length === 0) throw new NotApplicable("No location is known: see glance.locations");
    const foreign = fsids.filter((fsid) => clusterFor(fsid, config, context.files) === undefined);
    if (foreign.length === 0) return ok(`This host knows the cluster ${fsids.join(", ")}`);
    return failure(
      `Glance's images are in cluster ${
        foreign.join(", ")
      }, but '${cluster.conf}' is of ${cluster.fsid}`,
      `add '${foreign[0]} /PATH/OF/CEPH.CONF' to [glance_direct]ceph_clusters, or correct ${
        settingAt(host, "glance.rbd_ceph_conf")
      }`,
    );
  },
};

/** The check. */
export const glanceHash: Check = {
  id: "glance.hash",
  what: "the images have os_hash_value, and its cost",
  async run(host) {
    const images = await host.images();
    const weak = images.filter(({ hash }) => hash?.origin !== "os_hash_value");
    if (weak.length === 0) {
      const used = new Set(images.flatMap(({ hash }) => hash?.algorithm ?? []));
      const { summary, details } = hashCosts(host.context.clock, used);
      return ok(`All ${images.length} images checked have os_hash_value${summary}`, details);
    }
    const details = weak.map(({ id, hash, hashPending }) =>
      `${id}: ${hashPending ? "being computed" : hash === null ? "no hash at all" : "md5 only"}`
    );
    return warning(
      `${weak.length} of ${images.length} images have no os_hash_value`,
      "upload them again, or add the location with do_secure_hash = True in glance-api.conf",
      details,
    );
  },
};

/** The check. */
export const glanceLocations: Check = {
  id: "glance.locations",
  what: "Glance shows the images' locations in Ceph",
  async run(host) {
    expectDirectPath(host);
    const images = await host.images();
    const locations = await host.locations();
    if (locations.length > 0) {
      return ok(`Glance shows the rbd location of ${locations.length} of the images checked`);
    }
    return warning(
      `Glance shows no rbd location of '${images[0]?.id}': images come over HTTP`,
      "set show_image_direct_url = True in glance-api.conf, or give nova's account the role " +
        "'service' for the locations API",
    );
  },
};

/** From this ratio on, another algorithm is suggested. */
const WORTH = 1.5;

/** The cost of image hashes on this host, and a cheaper algorithm. */
function hashCosts(clock: Clock, algorithms: ReadonlySet<string>) {
  const speeds = new Map(
    [...algorithms].filter(isSupported).map((name) => [name, hashSpeed(clock, name) ?? 0]),
  );
  const measured = [...speeds].map(([name, speed]) => `${name}, ${formatRate(speed)} on this host`);
  const faster = (hashSpeed(clock, "sha256") ?? 0) / Math.max(...speeds.values());
  return {
    summary: measured.length === 0 ? "" : `: ${measured.join("; ")}`,
    details: faster < WORTH || !Number.isFinite(faster) ? [] : [
      `[DEFAULT]hashing_algorithm = sha256 in glance-api.conf: new images verify ${
        faster.toFixed(1)
      } times as fast`,
    ],
  };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The check. */
export const glanceTls: Check = {
  id: "glance.tls",
  what: "the connection to Glance is encrypted and verified",
  async run(host) {
    const { access } = await host.services().catch((error: unknown) => {
      throw reportedBy("Glance's endpoint is not known", "glance.endpoint", error);
    });
    const open = access.endpoints.find((url) =>
      url.startsWith("http:") && !LOOPBACK.test(new URL(url).hostname)
    );
    if (access.transport.tls.insecure) {
      return warning(
        "Glance's certificate is not verified: any server can impersonate it",
        `name the authority in [glance]cafile, without --insecure and ${
          settingAt(host, "glance.insecure")
        }`,
      );
    }
    if (open === undefined) return ok("Glance is reached by verified TLS or on this host");
    return warning(
      `${
        shownUrl(open)
      } is not encrypted: an attacker on the path can change records and read tokens`,
      `use an https:// endpoint: ${settingAt(host, "glance.endpoint_override")} or the catalog`,
    );
  },
};

/**
 * Glance's answers when it cannot serve a range; 400 comes from a store that only reads from the
 * beginning. In each case its policy has already allowed the request.
 */
const NO_RANGE = [400, 416];

/** The check. */
export const glanceDownload: Check = {
  id: "glance.download",
  what: "Glance serves image data to these credentials",
  async run(host, signal) {
    const image = (await host.images()).findLast(({ size }) => size !== null && size > 1);
    if (image === undefined) throw new NotApplicable("No image with data is known");
    const status = await lastByte(host, image.id, (image.size ?? 1) - 1, signal);
    if (status < 300 || NO_RANGE.includes(status)) return ok("Glance serves image data");
    if (status !== 403) throw new NotApplicable(`Glance answers ${status} for '${image.id}'`);
    const summary = "Glance refuses image data to these credentials (403)";
    const hint = "give the account a role that Glance's policy 'download_image' allows";
    if (!directPath(host.config).enabled) return failure(summary, hint);
    return warning(`${summary}: there is no fallback if Ceph fails`, hint);
  },
};

/** Requests one byte and discards the answer. @returns The HTTP status. */
async function lastByte(
  host: HostFacts,
  id: string,
  offset: number,
  signal: AbortSignal,
): Promise<number> {
  const { client } = await host.services();
  const { body, status } = await client.data(id, { offset, signal });
  await body?.cancel();
  return status;
}
