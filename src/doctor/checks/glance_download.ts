/**
 * The check of the way that is left when Ceph fails: the data of images from Glance.
 *
 * @module
 */
import { directPath } from "@/config/direct_path.ts";
import { type Check, failure, type HostFacts, NotApplicable, ok, warning } from "@/doctor/check.ts";

/**
 * Glance's answers where a range cannot be had, 400 from a store that reads from the beginning only:
 * its policy has let the request through by then.
 */
const NO_RANGE = [400, 416];

/** The check. */
export const glanceDownload: Check = {
  id: "glance.download",
  what: "Glance gives image data to these credentials",
  async run(host, signal) {
    const image = (await host.images()).findLast(({ size }) => size !== null && size > 1);
    if (image === undefined) throw new NotApplicable("No image with data is known");
    const status = await lastByte(host, image.id, (image.size ?? 1) - 1, signal);
    if (status < 300 || NO_RANGE.includes(status)) return ok("Glance gives image data");
    if (status !== 403) throw new NotApplicable(`Glance answers ${status} for '${image.id}'`);
    const summary = "Glance refuses image data to these credentials (403)";
    const hint = "give the account a role that Glance's policy 'download_image' lets through";
    if (!directPath(host.config).enabled) return failure(summary, hint);
    return warning(`${summary}: nothing is left where Ceph fails`, hint);
  },
};

/** Asks for one byte, and takes none. @returns The HTTP status. */
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
