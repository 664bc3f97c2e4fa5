/**
 * Checks of the identity that this host authenticates with.
 *
 * @module
 */
import { type Check, NotApplicable, ok } from "@/doctor/check.ts";

/** The check. */
export const keystoneAuth: Check = {
  id: "keystone.auth",
  what: "Keystone gives a token for the credentials",
  async run(host, signal) {
    const { account, session } = await host.session();
    if (account.credentials.kind === "none") {
      throw new NotApplicable("There are no credentials: Glance is asked without Keystone");
    }
    await session.headers(signal);
    const roles = await session.roles(signal);
    return ok(
      `The credentials of ${account.origin} are good`,
      roles.length > 0 ? [`roles: ${roles.join(", ")}`] : [],
    );
  },
};
