/**
 * Checks of the certificates for image signatures.
 *
 * @module
 */
import { type Check, failure, type HostFacts, NotApplicable, ok } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_path.ts";
import { ToolError } from "@/errors.ts";

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
    const { notBefore, notAfter } = await certificates.get(id, signal);
    const now = host.context.clock.now();
    if (now < notBefore) return `Certificate '${id}' is valid from ${iso(notBefore)} only`;
    if (now > notAfter) return `Certificate '${id}' was valid until ${iso(notAfter)}`;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.message;
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
