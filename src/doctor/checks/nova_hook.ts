/**
 * `nova.hook`: what `hook install` wrote is there, whole, and of this version.
 *
 * @module
 */
import { type Check, NotApplicable, ok, type Patient, warning } from "@/doctor/check.ts";
import { HOOK_DROP_IN, HOOK_MODULE, hookFiles, isSealed } from "@/nova/hook_files.ts";

/** The check. */
export const novaHook: Check = {
  id: "nova.hook",
  what: "the hook is whole and of this version",
  run(patient) {
    const [module, dropIn] = [textOf(patient, HOOK_MODULE), textOf(patient, HOOK_DROP_IN)];
    if (module === undefined && dropIn === undefined) {
      throw new NotApplicable("The hook is not installed: nova-compute downloads by itself");
    }
    if (module === undefined || dropIn === undefined) {
      const missing = module === undefined ? HOOK_MODULE : HOOK_DROP_IN;
      return warning(
        `The hook is not whole: '${missing}' is missing`,
        "glance-direct hook install",
      );
    }
    if (!isSealed(module) || !isSealed(dropIn)) {
      return warning(
        `'${isSealed(module) ? HOOK_DROP_IN : HOOK_MODULE}' was changed after 'hook install'`,
        "keep a copy of the change, then: glance-direct hook install --force",
      );
    }
    const [current] = hookFiles(undefined);
    if (module === current?.text) return ok("The hook is installed and of this version");
    return warning(
      "The hook is of another version of this program",
      "glance-direct hook install && systemctl restart nova-compute",
    );
  },
};

function textOf({ context: { files } }: Patient, path: string): string | undefined {
  return files.stat(path) === undefined ? undefined : files.readText(path);
}
