/**
 * Entry of the thread that writes the metrics file. It exists because the main thread gives up its
 * permission to write as soon as the transfer has begun.
 *
 * @module
 */
import { serveMetrics } from "@/metrics/serve.ts";
import { systemFiles } from "@/system/files.ts";
import { ownPort } from "@/thread.ts";

serveMetrics(ownPort(), systemFiles);
