/**
 * Entry point of the thread that writes the metrics file. It exists because the main thread revokes
 * its write permission as soon as the transfer has begun.
 *
 * @module
 */
import { serveMetrics } from "@/metrics/serve.ts";
import { systemFiles } from "@/system/files.ts";
import { ownPort } from "@/thread.ts";

serveMetrics(ownPort(), systemFiles);
