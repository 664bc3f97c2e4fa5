/**
 * `nova.hook`: what `hook install` wrote is there, whole, and of this version.
 *
 * @module
 */
import {
  type Check,
  type Finding,
  NotApplicable,
  ok,
  type Patient,
  warning,
} from "@/doctor/check.ts";
import { dropInOf, HOOK_MODULE, HOOK_UNIT, hookFiles, isSealed } from "@/nova/hook_files.ts";
import { hookedUnits } from "@/nova/hook_units.ts";

/** The check: the first service that is not well speaks for all. */
export const novaHook: Check = {
  id: "nova.hook",
  what: "the hook is whole and of this version",
  run(patient) {
    const findings = hookedUnits(patient.context.files, "/").map((unit) => judge(patient, unit));
    return findings.find(({ status }) => status !== "ok") ??
      ok("The hook is installed and of this version");
  },
};

function judge(patient: Patient, unit: string): Finding {
  const path = dropInOf(unit);
  const [module, dropIn] = [textOf(patient, HOOK_MODULE), textOf(patient, path)];
  const install = `glance-direct hook install${unit === HOOK_UNIT ? "" : ` --unit ${unit}`}`;
  if (module === undefined && dropIn === undefined) {
    throw new NotApplicable("The hook is not installed: nova-compute downloads by itself");
  }
  if (module === undefined || dropIn === undefined) {
    const missing = module === undefined ? HOOK_MODULE : path;
    return warning(`The hook is not whole: '${missing}' is missing`, install);
  }
  if (!isSealed(module) || !isSealed(dropIn)) {
    return warning(
      `'${isSealed(module) ? path : HOOK_MODULE}' was changed after 'hook install'`,
      `keep a copy of the change, then: ${install} --force`,
    );
  }
  const [current] = hookFiles(undefined);
  if (module === current?.text) return ok("The hook is of this version");
  return warning(
    "The hook is of another version of this program",
    `${install} && systemctl restart ${unit}`,
  );
}

function textOf({ context: { files } }: Patient, path: string): string | undefined {
  return files.stat(path) === undefined ? undefined : files.readText(path);
}
