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
import { fieldOf } from "@/openstack/http/fields.ts";
import { openPlanned } from "@/openstack/http/open.ts";
import type { Transport } from "@/openstack/http/transport.ts";

/** Difference in milliseconds that causes a warning. */
const NOTICED = 30_000;

/** Difference at which tokens are refused and certificates may fail. */
const HARMFUL = 300_000;

const HINT = "synchronize the clocks: chronyc tracking; timedatectl status";

/** The check. */
export const clockSkew: Check = {
  id: "clock.skew",
  what: "the clock agrees with Glance's, or Keystone's",
  async run(host, signal) {
    const { clock } = host.context;
    const { date: there, peer } = await dateOfGlance(host, signal) ??
      await dateOfKeystone(host, signal);
    const skew = clock.now() - there;
    const text = `This clock is ${Math.abs(Math.round(skew / 1000))} s ${
      skew < 0 ? "behind" : "ahead of"
    } ${peer}'s`;
    if (Math.abs(skew) >= HARMFUL) return failure(text, HINT);
    return Math.abs(skew) >= NOTICED ? warning(text, HINT) : ok(text);
  },
};

/** Another clock, in milliseconds since the epoch. */
interface Elsewhere {
  readonly date: number;
  readonly peer: string;
}

/** Glance's, if its answer has a date: under uWSGI it has none. */
async function dateOfGlance(host: HostFacts, signal: AbortSignal): Promise<Elsewhere | undefined> {
  try {
    const { access } = await host.services();
    using transport = openPlanned(host.context, access.transport);
    const url = `${access.endpoints[0]}/versions`;
    const date = await dateAt(transport, url, access.timeoutMs, signal);
    return date === undefined ? undefined : { date, peer: "Glance" };
  } catch (error) {
    throw reportedBy("Cannot query Glance", "glance.endpoint", error);
  }
}

/** Keystone's, which decides about tokens. */
async function dateOfKeystone(host: HostFacts, signal: AbortSignal): Promise<Elsewhere> {
  const without = new NotApplicable("Neither Glance's answer nor Keystone's has a Date");
  try {
    const link = (await host.session()).keystone();
    if (link === undefined) throw without;
    const date = await dateAt(link.transport, link.url, link.timeoutMs, signal);
    if (date === undefined) throw without;
    return { date, peer: "Keystone" };
  } catch (error) {
    throw reportedBy("Cannot query Keystone", "keystone.auth", error);
  }
}

/** RFC 9110, 6.6.1: the field `Date`, to the second; reading it needs no token. */
async function dateAt(
  transport: Transport,
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const answer = await transport.request("GET", url, { signal, timeoutMs });
  await answer.body?.cancel();
  const date = Date.parse(fieldOf(answer.headers, "date") ?? "");
  return Number.isNaN(date) ? undefined : date;
}
