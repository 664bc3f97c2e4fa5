/**
 * Checks of the clock of this host.
 *
 * @module
 */
import {
  type Check,
  failure,
  type HostFacts,
  NotApplicable,
  ok,
  reportedBy,
  warning,
} from "@/doctor/check.ts";
import { openPlanned } from "@/openstack/http/open.ts";

/** Difference in milliseconds that is worth a word. */
const NOTICED = 30_000;

/** Difference at which tokens are refused and certificates begin to fail. */
const HARMFUL = 300_000;

const HINT = "synchronize the clocks: chronyc tracking; timedatectl status";

/** The check. */
export const clockSkew: Check = {
  id: "clock.skew",
  what: "the clock agrees with Glance's",
  async run(host, signal) {
    const { clock } = host.context;
    const there = await dateOfGlance(host, signal);
    const skew = clock.now() - there;
    const text = `This clock is ${Math.abs(Math.round(skew / 1000))} s ${
      skew < 0 ? "behind" : "ahead of"
    } Glance's`;
    if (Math.abs(skew) >= HARMFUL) return failure(text, HINT);
    return Math.abs(skew) >= NOTICED ? warning(text, HINT) : ok(text);
  },
};

/** RFC 9110, 6.6.1: the field `Date`, to the second; no token is needed to see it. */
async function dateOfGlance(host: HostFacts, signal: AbortSignal): Promise<number> {
  try {
    const { access } = await host.services();
    using transport = openPlanned(host.context, access.transport);
    const url = `${access.endpoints[0]}/versions`;
    const answer = await transport.request("GET", url, { signal, timeoutMs: access.timeoutMs });
    await answer.body?.cancel();
    const date = Date.parse(answer.headers.get("date") ?? "");
    if (Number.isNaN(date)) throw new NotApplicable("Glance's answer has no Date");
    return date;
  } catch (error) {
    throw reportedBy("Glance cannot be asked", "glance.endpoint", error);
  }
}
