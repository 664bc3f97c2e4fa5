/**
 * `certificates.trusted`: the certificates that signatures must lead to can be had, and are valid now.
 *
 * @module
 */
import { type Check, failure, NotApplicable, ok, type Patient } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_only.ts";
import { ToolError } from "@/errors.ts";

/** The check. */
export const certificatesTrusted: Check = {
  id: "certificates.trusted",
  what: "trusted certificates can be fetched and are valid",
  async run(patient, signal) {
    const ids = patient.config.get("glance.default_trusted_certificate_ids") ?? [];
    if (ids.length === 0) {
      throw new NotApplicable("[glance]default_trusted_certificate_ids is empty");
    }
    const problems = await Promise.all(ids.map((id) => problemOf(patient, id, signal)));
    const [first, ...more] = problems.filter((problem) => problem !== undefined);
    if (first === undefined) return ok(`All ${ids.length} trusted certificates are valid`);
    return failure(
      first,
      `correct ${
        settingAt(patient, "glance.default_trusted_certificate_ids")
      }, or store the certificate`,
      more,
    );
  },
};

async function problemOf(
  patient: Patient,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { certificates } = await patient.services();
  try {
    const { notBefore, notAfter } = await certificates.get(id, signal);
    const now = patient.context.clock.now();
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
