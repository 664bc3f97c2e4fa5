/**
 * `glance.tls`: the way to Glance is protected; its records are what all verification rests on.
 *
 * @module
 */
import { type Check, NotApplicable, ok, warning } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_only.ts";
import { ToolError } from "@/errors.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The check. */
export const glanceTls: Check = {
  id: "glance.tls",
  what: "whether the way to Glance is encrypted and its certificate checked",
  async run(patient) {
    const { access } = await patient.services().catch(notKnown);
    const open = access.endpoints.find((url) =>
      url.startsWith("http:") && !LOOPBACK.test(new URL(url).hostname)
    );
    if (patient.config.get("glance.insecure")) {
      return warning(
        "The certificate of Glance is not checked: anyone may answer in its place",
        `name the authority in [glance]cafile, and unset ${settingAt(patient, "glance.insecure")}`,
      );
    }
    if (open === undefined) return ok("Glance is reached by checked TLS or on this host");
    return warning(
      `${open} is not encrypted: who is in between can change records and read tokens`,
      `use an https:// endpoint: ${settingAt(patient, "glance.endpoint_override")} or the catalog`,
    );
  },
};

function notKnown(error: unknown): never {
  if (!(error instanceof ToolError)) throw error;
  throw new NotApplicable("Where Glance is, is not known: see glance.endpoint", { cause: error });
}
