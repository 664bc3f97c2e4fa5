/**
 * The check of the fallback when Ceph fails: image data from Glance.
 *
 * @module
 */
import { directPath } from "@/config/direct_path.ts";
import { type Check, failure, type HostFacts, NotApplicable, ok, warning } from "@/doctor/check.ts";

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
