/**
 * The metrics of a command, if they are configured.
 *
 * @module
 */
import { resolve } from "node:path";
import { cacheDirectory, cacheLayout } from "@/cache/paths.ts";
import type { Session } from "@/commands/session.ts";
import { type Metrics, openMetrics } from "@/metrics/thread.ts";

/** Opens the metrics of `[glance_direct]metrics_file`, before the transfer revokes permissions. */
export async function sessionMetrics({ config, context }: Session): Promise<Metrics> {
  const path = config.get("glance_direct.metrics_file");
  if (path === undefined) return await openMetrics(context, undefined);
  const cache = cacheDirectory(cacheLayout(config));
  return await openMetrics(context, { path: resolve(path), cache: resolve(cache) });
}
