/**
 * Checks of what nova-compute itself is set to.
 *
 * @module
 */
import { directPath } from "@/config/direct_path.ts";
import type { OptionKey } from "@/config/options.ts";
import {
  type Check,
  type Finding,
  type HostFacts,
  NotApplicable,
  ok,
  warning,
} from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_path.ts";
import { dropInOf, HOOK_MODULE, HOOK_UNIT, isSealed, unitFiles } from "@/nova/hook_files.ts";
import { hookedUnits } from "@/nova/hook_units.ts";

/** Options of nova since Victoria, and what each falls back to. */
const TWINS: readonly (readonly [newer: OptionKey, older: OptionKey])[] = [
  ["glance.rbd_user", "libvirt.rbd_user"],
  ["glance.rbd_ceph_conf", "libvirt.images_rbd_ceph_conf"],
];

/** The check. */
export const novaDirectPath: Check = {
  id: "nova.direct_path",
  what: "images are read from Ceph, and nova's options agree",
  run(host) {
    const { config } = host;
    const { by, enabled } = directPath(config);
    if (!enabled) {
      return warning(
        "The direct path is off: images come over HTTP",
        `set [glance]enable_rbd_download = True; now ${
          settingAt(host, "glance.enable_rbd_download")
        }`,
      );
    }
    const isRefused = !config.get("glance.enable_rbd_download") &&
      config.originOf("glance.enable_rbd_download") !== "default";
    if (isRefused) {
      return warning(
        `${by} turns the direct path on, ${settingAt(host, "glance.enable_rbd_download")} is False`,
        "let both say the same: nova itself looks at enable_rbd_download alone",
      );
    }
    const [first, ...more] = TWINS.flatMap((twin) => difference(host, twin));
    if (first === undefined) return ok(`The direct path is on by ${by}`);
    return warning(first, "remove one of them, or let both say the same", more);
  },
};

function difference(
  host: HostFacts,
  [newer, older]: readonly [OptionKey, OptionKey],
): readonly string[] {
  const [one, other] = [host.config.get(newer), host.config.get(older)];
  if (!one || !other || one === other) return [];
  return [
    `${settingAt(host, newer)} is '${one}' and counts, ${settingAt(host, older)} is '${other}'`,
  ];
}

/** The check: the first service that is not well speaks for all. */
export const novaHook: Check = {
  id: "nova.hook",
  what: "the hook is whole and of this version",
  run(host) {
    const findings = hookedUnits(host.context.files, "/").map((unit) => judge(host, unit));
    return findings.find(({ status }) => status !== "ok") ??
      ok("The hook is installed and of this version");
  },
};

function judge(host: HostFacts, unit: string): Finding {
  const path = dropInOf(unit);
  const [module, dropIn] = [textOf(host, HOOK_MODULE), textOf(host, path)];
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
  const [current] = unitFiles(unit);
  if (module === current?.text) return ok("The hook is of this version");
  return warning(
    "The hook is of another version of this program",
    `${install} && systemctl restart ${unit}`,
  );
}

function textOf({ context: { files } }: HostFacts, path: string): string | undefined {
  return files.stat(path) === undefined ? undefined : files.readText(path);
}

/** The check. */
export const novaImagesType: Check = {
  id: "nova.images_type",
  what: "nova uses the image cache",
  run(host) {
    const type = host.config.get("libvirt.images_type");
    if (type !== "rbd") return ok(`images_type is '${type}': nova uses the cache`);
    return warning(
      "images_type is 'rbd': nova clones images within Ceph, and a cached base is of no use",
      `leave it so and do without prefetch here; ${settingAt(host, "libvirt.images_type")}`,
    );
  },
};
