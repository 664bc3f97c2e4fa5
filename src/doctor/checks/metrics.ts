/**
 * Checks of the metrics file.
 *
 * @module
 */
import { type Check, failure, NotApplicable, ok, warning } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_path.ts";
import { withFileIn } from "@/doctor/probe.ts";
import { dirname, resolve } from "node:path";

/** The check. */
export const metricsFile: Check = {
  id: "metrics.file",
  what: "the metrics can be written where they are collected",
  async run(host) {
    const { config, context: { files, identity } } = host;
    const configured = config.get("glance_direct.metrics_file");
    if (configured === undefined) throw new NotApplicable("[glance_direct]metrics_file is not set");
    const path = resolve(configured);
    const directory = dirname(path);
    const setting = settingAt(host, "glance_direct.metrics_file");
    if (files.stat(directory)?.isDirectory !== true) {
      return failure(
        `There is no directory '${directory}'`,
        `apt-get install prometheus-node-exporter, or correct ${setting}`,
      );
    }
    await withFileIn(host, directory, (probe) => void probe);
    if (path.endsWith(".prom")) return ok(`uid ${identity.uid} can write '${path}'`);
    return warning(
      `'${path}' is not collected: its name does not end in .prom`,
      `correct ${setting}`,
    );
  },
};
