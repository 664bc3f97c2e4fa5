/**
 * `glance.tls`: the way to Glance is protected; its records are what all verification rests on.
 *
 * @module
 */
import { type Check, elsewhere, ok, warning } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_only.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The check. */
export const glanceTls: Check = {
  id: "glance.tls",
  what: "the way to Glance is encrypted and checked",
  async run(patient) {
    const { access } = await patient.services().catch((error: unknown) => {
      throw elsewhere("Where Glance is, is not known", "glance.endpoint", error);
    });
    const open = access.endpoints.find((url) =>
      url.startsWith("http:") && !LOOPBACK.test(new URL(url).hostname)
    );
    if (access.transport.tls.insecure) {
      return warning(
        "The certificate of Glance is not checked: anyone may answer in its place",
        `name the authority in [glance]cafile, without --insecure and ${
          settingAt(patient, "glance.insecure")
        }`,
      );
    }
    if (open === undefined) return ok("Glance is reached by checked TLS or on this host");
    return warning(
      `${open} is not encrypted: who is in between can change records and read tokens`,
      `use an https:// endpoint: ${settingAt(patient, "glance.endpoint_override")} or the catalog`,
    );
  },
};
