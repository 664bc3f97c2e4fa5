/**
 * Checks of nova-compute's own settings.
 *
 * @module
 */
import { directPath } from "@/config/direct_path.ts";
import type { OptionKey } from "@/config/options.ts";
import {
  type Check,
  failure,
  type Finding,
  type HostFacts,
  NotApplicable,
  ok,
  warning,
} from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_path.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { isCurrent, type RunningHook, runningHook } from "@/nova/hook_mark.ts";
import { type Installation, installations } from "@/nova/hook_state.ts";
import { isActive } from "@/nova/unit_files.ts";

/** Options of nova since Victoria, and their fallbacks. */
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
        `set it to true: ${settingAt(host, "glance.enable_rbd_download")}`,
      );
    }
    const isRefused = !config.get("glance.enable_rbd_download") &&
      config.originOf("glance.enable_rbd_download") !== "default";
    if (isRefused) {
      return warning(
        `${by} turns the direct path on, ${settingAt(host, "glance.enable_rbd_download")} is False`,
        "set both to the same value: nova itself only reads enable_rbd_download",
      );
    }
    const [first, ...more] = TWINS.flatMap((twin) => difference(host, twin));
    if (first === undefined) return ok(`The direct path is on by ${by}`);
    return warning(first, "remove one of them, or set both to the same value", more);
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

/** The check: reports the first place with a problem. */
export const novaHook: Check = {
  id: "nova.hook",
  what: "the hook is complete, of this version, and loaded",
  async run(host) {
    const { files } = host.context;
    const found = installations(files);
    const running = await runningHook(files, host.config.get("DEFAULT.state_path"));
    if (found.length === 0 && running === undefined) {
      throw new NotApplicable("The hook is not installed: nova-compute uses its own download");
    }
    return found.map(faultOf).find((fault) => fault !== undefined) ?? judge(host, found, running);
  },
};

/** Problems of the hook's files in one place. */
function faultOf({ way, name, state, path, remedy }: Installation): Finding | undefined {
  const what = {
    whole: undefined,
    incomplete: `The hook in ${way} '${name}' is incomplete: '${path}' is missing`,
    changed: `'${path}' was changed after 'hook install'`,
    outdated: `The hook in ${way} '${name}' is of another version of this program`,
  }[state];
  return what === undefined ? undefined : warning(what, remedy ?? "glance-direct hook status");
}

/** Problems of the running nova-compute. */
function judge(
  { context: { files } }: HostFacts,
  found: readonly Installation[],
  running: RunningHook | undefined,
): Finding {
  const active = found.find(({ way, name }) => way === "service" && isActive(files, name));
  if (running === undefined) {
    if (active === undefined) {
      return ok("The hook is installed and of this version; no running nova-compute has loaded it");
    }
    return warning(
      `${active.name} runs without the hook: it was started before 'hook install'`,
      `systemctl restart ${active.name}`,
    );
  }
  const { pid, program, programRuns } = running;
  if (!programRuns) {
    return failure(
      `nova-compute (pid ${pid}) cannot run '${program}', so it uses its own download`,
      `install the program there, then restart nova-compute; ls -l ${program}`,
    );
  }
  if (isCurrent(running)) {
    return ok(`nova-compute (pid ${pid}) has the hook and calls '${program}'`);
  }
  return warning(
    `nova-compute (pid ${pid}) has loaded another version of the hook`,
    `restart nova-compute: systemctl restart ${active?.name ?? HOOK_UNIT}`,
  );
}

/** The check. */
export const novaImagesType: Check = {
  id: "nova.images_type",
  what: "nova uses the image cache",
  run(host) {
    const type = host.config.get("libvirt.images_type");
    if (type !== "rbd") return ok(`images_type is '${type}': nova uses the cache`);
    return warning(
      "images_type is 'rbd': nova clones images within Ceph, and does not use a cached base",
      `keep it, and do not run prefetch here; ${settingAt(host, "libvirt.images_type")}`,
    );
  },
};
