/**
 * Logs requests and answers like keystoneauth with `--debug`: a line to paste into a shell, with
 * each token replaced by its hash, so that lines with the same token can be recognized.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Log } from "@/context.ts";
import { shownUrl } from "@/shown_url.ts";
import { labelOf } from "@/openstack/http/failure.ts";
import type { RequestOptions, Transport } from "@/openstack/http/transport.ts";

/** Header fields with credentials (keystoneauth1/session.py, `_process_header`). */
const SECRET_HEADERS = new Set([
  "authorization",
  "x-auth-token",
  "x-service-token",
  "x-subject-token",
]);

/** Wraps a transport so that level `trace` shows requests and answers, without bodies. */
export function traced(transport: Transport, log: Log): Transport {
  return {
    request: async (method, url, options) => {
      log(
        "trace",
        `REQ: curl -g -i -X ${method} '${targetOf(url, options)}' ${headerText(options)}`,
      );
      const response = await transport.request(method, url, options);
      log("trace", `RESP: [${response.status}] ${fieldsOf(response.headers).join(" ")}`);
      return response;
    },
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

/** The program's own queries are not secret. */
function targetOf(url: string, { isRedirected = false }: RequestOptions): string {
  return isRedirected ? shownUrl(url) : labelOf(url) + new URL(url).search;
}

function headerText({ headers = {}, json }: RequestOptions): string {
  const fields = fieldsOf(new Headers(headers)).map((field) => `-H '${field}'`);
  return [...fields, ...(json === undefined ? [] : ["-d '***'"])].join(" ");
}

function fieldsOf(headers: Headers): readonly string[] {
  return [...headers].map(([name, value]) => `${name}: ${shown(name, value)}`);
}

function shown(name: string, value: string): string {
  if (name === "location") return shownUrl(value);
  if (!SECRET_HEADERS.has(name)) return value;
  return `{SHA256}${createHash("sha256").update(value).digest("hex")}`;
}
