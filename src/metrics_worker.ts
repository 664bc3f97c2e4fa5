/**
 * Entry of the thread that writes the metrics file. It exists because the main thread gives up its
 * permission to write as soon as the transfer has begun.
 *
 * @module
 */
import { type MetricsPort, serveMetrics } from "@/metrics/serve.ts";
import { systemFiles } from "@/system/files.ts";

// The compiler's library knows only a window's own side of a channel.
serveMetrics(globalThis as unknown as MetricsPort, systemFiles);
