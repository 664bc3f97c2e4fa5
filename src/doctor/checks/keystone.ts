/**
 * Checks of the identity that this host authenticates with.
 *
 * @module
 */
import { type Check, NotApplicable, ok, warning } from "@/doctor/check.ts";

/** Roles that may read images in Glance's policies; each implies the first. */
const READING = ["reader", "member", "admin"];

/** The check. */
export const keystoneAuth: Check = {
  id: "keystone.auth",
  what: "Keystone gives a token for the credentials",
  async run(host, signal) {
    const { account, session } = await host.session();
    if (account.credentials.kind === "none") {
      throw new NotApplicable("There are no credentials: Glance is used without Keystone");
    }
    await session.headers(signal);
    const roles = await session.roles(signal);
    if (roles.includes("service") && !roles.some((role) => READING.includes(role))) {
      return warning(
        `The credentials of ${account.origin} have the role 'service' without 'reader': Glance may show no image`,
        `openstack role add reader, for the user and the project of ${account.origin}`,
        [`roles: ${roles.join(", ")}`],
      );
    }
    return ok(
      `The credentials of ${account.origin} are valid`,
      roles.length > 0 ? [`roles: ${roles.join(", ")}`] : [],
    );
  },
};
