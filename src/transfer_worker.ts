/**
 * Entry of the thread that carries out one transfer. It starts with exactly the permissions of its
 * task (`src/transfer/permissions.ts`) and ends with it.
 *
 * @module
 */
import { systemContext } from "@/system/context.ts";
import { serveTransfer, type TransferPort } from "@/transfer/serve.ts";

// The compiler's library knows only a window's own side of a channel.
serveTransfer(globalThis as unknown as TransferPort, systemContext());
