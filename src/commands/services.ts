/**
 * The services that a command speaks to, opened for one identity.
 *
 * @module
 */
import type { Session } from "@/commands/session.ts";
import type { FetchParts } from "@/download/fetch_image.ts";
import { connectGlance } from "@/glance/connect.ts";
import type { Caller } from "@/keystone/caller.ts";
import { certificateDirectory } from "@/verify/certificate_dir.ts";
import { certificateSource } from "@/verify/certificate_source.ts";

/** Everything a fetch is done with. Disposing it closes the connections. */
export type Services = FetchParts & Disposable;

/**
 * Finds Glance and the stores of certificates.
 *
 * @param caller The identity and the Glance of nova's hook.
 * @throws {ToolError} `config_invalid`, `permission_denied`, `temporary`, `timeout` or
 * `source_unavailable`, if Keystone or the configuration do not lead to them.
 */
export async function openServices(
  { config, context, globals }: Session,
  signal: AbortSignal,
  caller?: Caller,
): Promise<Services> {
  const options = { config, os: globals.os, ...caller === undefined ? {} : { caller } };
  const client = await connectGlance(context, options, signal);
  const directory = config.get("glance_direct.certificate_dir");
  const stores = directory === undefined ? [] : [certificateDirectory(context.files, directory)];
  return {
    context,
    config,
    client,
    certificates: certificateSource(stores),
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}
