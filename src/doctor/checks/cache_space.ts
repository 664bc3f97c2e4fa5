/**
 * `cache.space`: the largest image fits.
 *
 * @module
 */
import { cacheDirectory, cacheLayout } from "@/cache/paths.ts";
import { type Check, NotApplicable, ok, warning } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_only.ts";
import { formatBytes } from "@/ui/format.ts";

const MIB = 1_048_576;

/** The check. */
export const cacheSpace: Check = {
  id: "cache.space",
  what: "the largest image fits",
  async run(patient) {
    const { config, context } = patient;
    const layout = cacheLayout(config);
    const cache = cacheDirectory(layout);
    const place = context.files.stat(cache) === undefined ? layout.instancesPath : cache;
    const free = context.files.stat(place) && context.files.freeSpace(place);
    if (free === undefined) throw new NotApplicable(`The free space of '${place}' is not known`);
    const usable = Math.max(0, free - config.get("DEFAULT.reserved_host_disk_mb") * MIB);
    const largest = Math.max(...(await patient.images()).map(needOf));
    const text = `${formatBytes(usable)} free in '${place}', the largest image takes up to ${
      formatBytes(largest)
    }`;
    if (largest <= usable) return ok(text);
    return warning(
      text,
      `glance-direct cache prune --dry-run; kept free is ${
        settingAt(patient, "DEFAULT.reserved_host_disk_mb")
      }`,
    );
  },
};

/** As nova will have it in the end: a qcow2 made raw takes its virtual size. */
function needOf({ size, virtualSize }: { size: number | null; virtualSize: number | null }) {
  return Math.max(size ?? 0, virtualSize ?? 0);
}
