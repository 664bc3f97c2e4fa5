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
import { isCurrent } from "@/nova/hook_mark.ts";
import type { Installation } from "@/nova/hook_state.ts";
import { type HookSurvey, placesOf, surveyHook, titleOf } from "@/nova/hook_survey.ts";
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
    const { context: { files }, callerFiles } = host;
    const statePath = host.config.get("DEFAULT.state_path");
    const survey = await surveyHook({ files, callerFiles, statePath });
    const { installed, without, running } = survey;
    if (installed.length === 0 && running.length === 0) {
      const where = without.length === 0 ? "" : ` in ${without.join(" and ")}`;
      throw new NotApplicable(
        `The hook is not installed: nova-compute${where} uses its own download`,
      );
    }
    const fault = installed.map(faultOf).find((fault) => fault !== undefined);
    const details = placesOf(survey).map(({ text }) => text);
    return { ...fault ?? judge(host, survey), details };
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

/** Problems of the running nova-compute, on the host and in containers. */
function judge(
  { context: { files } }: HostFacts,
  { installed, running }: HookSurvey,
): Finding {
  const active = installed.find(({ way, name }) => way === "service" && isActive(files, name));
  const isOnHost = running.some(({ container }) => container === null);
  if (active !== undefined && !isOnHost) {
    return warning(
      `${active.name} runs without the hook: it was started before 'hook install'`,
      `systemctl restart ${active.name}`,
    );
  }
  const helpless = running.find(({ programRuns }) => !programRuns);
  if (helpless !== undefined) {
    const { program } = helpless;
    return failure(
      `${titleOf(helpless)} cannot run '${program}', so it uses its own download`,
      `install the program there, then restart nova-compute; ls -l ${program}`,
    );
  }
  const old = running.find((one) => !isCurrent(one));
  if (old !== undefined) {
    const unit = `systemctl restart ${active?.name ?? HOOK_UNIT}`;
    return warning(
      `${titleOf(old)} has loaded another version of the hook`,
      `restart nova-compute: ${old.container?.replace(" ", " restart ") ?? unit}`,
    );
  }
  if (running.length === 0) {
    return ok("The hook is installed and of this version; no running nova-compute has loaded it");
  }
  return ok(
    running.map((one) => `${titleOf(one)} has the hook and calls '${one.program}'`).join("; "),
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
