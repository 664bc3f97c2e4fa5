/**
 * Checks of the certificates for image signatures.
 *
 * @module
 */
import { type Check, failure, type HostFacts, NotApplicable, ok } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_path.ts";
import { expectedFailure } from "@/errors.ts";
import { outsideDates } from "@/signatures/chain.ts";

/** The check. */
export const certificatesTrusted: Check = {
  id: "certificates.trusted",
  what: "trusted certificates can be fetched and are valid",
  async run(host, signal) {
    const ids = host.config.get("glance.default_trusted_certificate_ids") ?? [];
    if (ids.length === 0) {
      throw new NotApplicable("[glance]default_trusted_certificate_ids is empty");
    }
    const problems = await Promise.all(ids.map((id) => problemOf(host, id, signal)));
    const [first, ...more] = problems.filter((problem) => problem !== undefined);
    if (first === undefined) return ok(`All ${ids.length} trusted certificates are valid`);
    return failure(
      first,
      `correct ${
        settingAt(host, "glance.default_trusted_certificate_ids")
      }, or store the certificate`,
      more,
    );
  },
};

async function problemOf(
  host: HostFacts,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { certificates } = await host.services();
  try {
    const outdated = outsideDates(await certificates.get(id, signal), host.context.clock.now());
    return outdated === null ? undefined : `Certificate '${id}': ${outdated}`;
  } catch (error) {
    return expectedFailure(error).message;
  }
}
