/**
 * Which handler serves which scheme: one list, put together by the command, visible in one place.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { Location } from "@/openstack/glance/image.ts";
import type { SchemeHandler, Source } from "@/sources/source.ts";

/** Finds the handler of a location. */
export class Registry {
  readonly #handlers = new Map<string, SchemeHandler>();

  /** Takes the handlers; two for one scheme are a mistake in the program. */
  constructor(handlers: readonly SchemeHandler[]) {
    for (const handler of handlers) {
      for (const scheme of handler.schemes) {
        if (this.#handlers.has(scheme)) throw new TypeError(`two handlers for '${scheme}'`);
        this.#handlers.set(scheme, handler);
      }
    }
  }

  /**
   * The source behind a location.
   *
   * @throws {ToolError} `location_invalid`, with the reason why the location is not used.
   */
  resolve(location: Location, image: { readonly id: string }): Source {
    const scheme = schemeOf(location);
    const handler = this.#handlers.get(scheme);
    if (handler !== undefined) return handler.resolve(location, image);
    throw new ToolError(
      "location_invalid",
      `Cannot read locations of scheme '${scheme}': supported are '${
        [...this.#handlers.keys()].join("', '")
      }'`,
    );
  }
}

/** The scheme of a location, lower case; what is no URL has the scheme `?`. */
export function schemeOf({ url }: Location): string {
  return /^([a-z][a-z0-9+.-]{0,30}):/i.exec(url)?.[1]?.toLowerCase() ?? "?";
}

/** A handler that takes no location of its schemes and says why, for `show` and the result. */
export function disabledHandler(
  schemes: readonly string[],
  reason: string,
  hint: string,
): SchemeHandler {
  return {
    schemes,
    resolve() {
      throw new ToolError("location_invalid", reason, { hints: [hint] });
    },
  };
}
