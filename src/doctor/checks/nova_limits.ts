/**
 * The check of the services that run this program: whether their limits let it run.
 *
 * @module
 */
import { type Check, type HostFacts, NotApplicable, ok, warning } from "@/doctor/check.ts";
import { expectedFailure } from "@/errors.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { installations } from "@/nova/hook_state.ts";
import { hasService, services } from "@/nova/unit_files.ts";
import { type LimitProblem, limitProblems } from "@/nova/unit_limits.ts";
import { UnitSettings } from "@/nova/unit_settings.ts";

/** Services of nova-compute on Debian and RDO. */
const NOVA_UNITS = [HOOK_UNIT, "openstack-nova-compute"];

/** The service of the package and of `prefetch --print-units`. */
const PREFETCH_UNIT = "glance-direct-prefetch";

/** The check. */
export const novaLimits: Check = {
  id: "nova.limits",
  what: "the limits of the services let the program run",
  run(host) {
    const units = unitsOf(host);
    if (units.length === 0) {
      throw new NotApplicable("No service of this host runs the hook or prefetch");
    }
    const found = units.flatMap((unit) => problemsOf(host, unit).map((each) => told(unit, each)));
    const [first, ...more] = found;
    if (first === undefined) return ok(`The limits of ${units.join(" and ")} let the program run`);
    return warning(first.text, first.hint, more.map(({ text, hint }) => `${text}; ${hint}`));
  },
};

/** Services that start this program: nova-compute only does with the hook. */
function unitsOf({ context: { files } }: HostFacts): readonly string[] {
  const hooked = installations(files);
  const named = hooked.filter(({ way }) => way === "service").map(({ name }) => name);
  const nova = hooked.some(({ way }) => way === "python") ? NOVA_UNITS : [];
  const all = services(files, "/");
  return [...new Set([...named, ...nova, PREFETCH_UNIT])].filter((unit) => hasService(all, unit));
}

/** @throws {NotApplicable} If a file of the service cannot be read. */
function problemsOf({ context: { files } }: HostFacts, unit: string): readonly LimitProblem[] {
  try {
    return limitProblems(UnitSettings.read(files, "/", unit));
  } catch (error) {
    throw new NotApplicable(expectedFailure(error).message);
  }
}

function told(unit: string, { setting: { name, value, origin }, effect, fix }: LimitProblem) {
  const reload = "systemctl daemon-reload" +
    (unit === PREFETCH_UNIT ? "" : ` && systemctl restart ${unit}`);
  const text = `${unit} has ${name}=${value} (${origin}): ${effect}`;
  if (/^\/(?:etc|run)\/systemd\/system\.control\//.test(origin)) {
    return { text, hint: `systemctl set-property ${unit} ${fix}` };
  }
  return origin.startsWith("/etc/systemd/")
    ? { text, hint: `write ${fix} there, then: ${reload}` }
    : { text, hint: `write [Service] and ${fix} with: systemctl edit ${unit}; then: ${reload}` };
}
