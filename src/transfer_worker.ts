/**
 * Entry point of the thread that runs one transfer. It starts with exactly the permissions of its
 * task (`src/transfer/permissions.ts`) and ends with it.
 *
 * @module
 */
import { systemContext } from "@/system/context.ts";
import { ownPort } from "@/thread.ts";
import { serveTransfer } from "@/transfer/serve.ts";

serveTransfer(ownPort(), systemContext());
