/**
 * Follows redirects like keystoneauth, but never to another origin, which would get the token.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { fieldOf } from "@/openstack/http/fields.ts";
import { labelOf } from "@/openstack/http/failure.ts";
import type { Transport } from "@/openstack/http/transport.ts";

/** Statuses to follow, with the same method (keystoneauth1/session.py, `_REDIRECT_STATUSES`). */
const REDIRECTS = new Set([301, 302, 303, 305, 307, 308]);

/** Maximum number of redirects (`DEFAULT_REDIRECT_LIMIT`). */
const MOST = 30;

/**
 * Wraps a transport so that redirects within an origin are followed.
 *
 * The wrapped `request` throws `source_unavailable` for a redirect to another origin, and for too
 * many of them.
 */
export function withRedirects(transport: Transport): Transport {
  return {
    request: async (method, url, options) => {
      let at = url;
      for (let followed = 0;; followed++) {
        const isRedirected = followed > 0;
        const response = await transport.request(method, at, { ...options, isRedirected });
        const target = targetOf(response, at);
        if (target === undefined) return response;
        await response.body?.cancel();
        expectFollowable(`${method} '${labelOf(url)}'`, new URL(at), target, followed);
        at = target.href;
      }
    },
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

function targetOf(response: Response, url: string): URL | undefined {
  const location = fieldOf(response.headers, "location");
  if (location === undefined || !REDIRECTS.has(response.status)) return undefined;
  return URL.canParse(location, url) ? new URL(location, url) : undefined;
}

function expectFollowable(action: string, from: URL, to: URL, followed: number): void {
  const target = /^https?:$/.test(to.protocol) ? labelOf(to) : `a URL of '${to.protocol}'`;
  if (to.origin !== from.origin) {
    throw new ToolError(
      "source_unavailable",
      `Cannot ${action}: it redirects to '${target}', and a token is not sent to another origin`,
      { hints: [`configure the address that it redirects to as the endpoint: ${target}`] },
    );
  }
  if (followed < MOST) return;
  throw new ToolError(
    "source_unavailable",
    `Cannot ${action}: after ${MOST} redirects it redirects to '${target}'`,
    { hints: ["correct the redirects of the service or of the proxy in front of it"] },
  );
}
