/**
 * The endpoints of Glance: the configured servers in random order. When one fails, the next one
 * takes over (nova/image/glance.py, `get_api_servers`).
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { shownUrl } from "@/shown_url.ts";

/** The addresses of one Glance, one of which is in use. */
export class Endpoints {
  /** Base URLs without a version and without a trailing slash. */
  readonly all: readonly string[];
  #index = 0;

  /** Takes one or more base URLs. @throws {ToolError} `config_invalid`, if one is not http(s). */
  constructor(urls: readonly string[], origin: string) {
    this.all = urls.map((url) => baseUrl(url, origin));
  }

  /** The current one. */
  get current(): string {
    return this.all[this.#index % this.all.length] as string;
  }

  /** All of them, the current one first. */
  get inOrder(): readonly string[] {
    const at = this.#index % this.all.length;
    return [...this.all.slice(at), ...this.all.slice(0, at)];
  }

  /** Switches to the next one, and from the last to the first. */
  next(): void {
    this.#index++;
  }
}

/**
 * A service's base URL: `/v2`, `/v2.9/` and the like are removed, as in nova.
 *
 * @throws {ToolError} `config_invalid`, if it is not an http(s) URL.
 */
export function baseUrl(text: string, origin: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new ToolError(
      "config_invalid",
      `Cannot use '${
        shownUrl(text)
      }' (${origin}) as the Glance endpoint: it is not an http:// or https:// URL`,
      { hints: ["write it like http://controller:9292"] },
    );
  }
  return text.replace(/\/+$/, "").replace(/\/v\d+(?:\.\d+)?$/, "").replace(/\/+$/, "");
}

/** The elements in random order (Fisher–Yates). */
export function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    [result[last], result[pick]] = [result[pick] as T, result[last] as T];
  }
  return result;
}
