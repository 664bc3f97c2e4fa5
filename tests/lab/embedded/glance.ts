/**
 * A Glance in this process: the part of the Image API v2 that compute hosts use, with the real
 * fields, texts and peculiarities. Based on measurements of Glance 25.1 (Zed).
 *
 * @module
 */
import { changeAnswer } from "./glance_change.ts";
import { fileAnswer } from "./glance_file.ts";
import type { HttpFault } from "./fault.ts";
import { GlanceImage } from "./glance_image.ts";
import type { GlanceImageOptions, RecordOptions } from "./glance_image.ts";
import { listPage } from "./glance_list.ts";
import { HttpServer } from "./http_server.ts";
import type { Answer } from "./http_server.ts";
import { jsonAnswer } from "./python_json.ts";
import type { Tokens } from "./tokens.ts";
import { errorPage } from "./webob.ts";

/** How a Glance is configured. */
export interface GlanceOptions extends Partial<RecordOptions> {
  /** Accepted tokens; absent means no authentication, and every caller is an admin. */
  readonly tokens?: Tokens;
  /** Whether the store can start in the middle: `file` can, `rbd` cannot. @default {false} */
  readonly randomAccess?: boolean;
  /** Whether it has `GET /v2/images/{id}/locations` (2024.2). @default {false} */
  readonly locationsApi?: boolean;
}

const UNAUTHORIZED =
  "This server could not verify that you are authorized to access the document " +
  "you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser " +
  "does not understand how to supply the credentials required.";

const NOT_ALLOWED: Answer = {
  status: 405,
  headers: { "Content-Type": "text/html; charset=UTF-8", "Allow": "GET, PUT" },
};

/** A running Glance. */
export class EmbeddedGlance implements AsyncDisposable {
  /** The server: its address, its requests, its faults. */
  readonly server: HttpServer;
  readonly #options: GlanceOptions;
  readonly #record: RecordOptions;
  readonly #images = new Map<string, GlanceImage>();
  #requests = 0;

  /** Starts on a free port. */
  constructor(options: GlanceOptions = {}) {
    const { showDirectUrl = true, showMultipleLocations = false, store = "ceph" } = options;
    this.#options = options;
    this.#record = { showDirectUrl, showMultipleLocations, store };
    this.server = new HttpServer((request, url) => this.#answer(request, url));
  }

  /** Base URL, as an endpoint in a catalog names it. */
  get url(): string {
    return this.server.url;
  }

  /** Registers an image. */
  add(options: GlanceImageOptions): GlanceImage {
    const image = new GlanceImage(options, this.#images.size);
    this.#images.set(image.id, image);
    return image;
  }

  /** Forgets an image. */
  delete(id: string): void {
    this.#images.delete(id);
  }

  /** Makes the downloads of an image fail from now on; `undefined` removes the fault. */
  setFault(id: string, fault: HttpFault | undefined): void {
    this.server.setFault(this.filePath(id), fault);
  }

  /** Path of an image's record, for faults and requests. */
  recordPath(id: string): string {
    return `/v2/images/${id}`;
  }

  /** Path of an image's data. */
  filePath(id: string): string {
    return `/v2/images/${id}/file`;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  /** An image by its id, as it is now. */
  image(id: string): GlanceImage | undefined {
    return this.#images.get(id);
  }

  async #answer(request: Request, url: URL): Promise<Answer> {
    if (url.pathname === "/" || url.pathname === "/versions") return this.#versions();
    const roles = this.#rolesOf(request);
    if (roles === undefined) {
      const challenge = 'Keystone uri="http://127.0.0.1:5000"';
      return errorPage(401, UNAUTHORIZED, { headers: { "Www-Authenticate": challenge } });
    }
    const answer = await this.#route(request, url, roles);
    const id = `req-00000000-0000-4000-8000-${`${++this.#requests}`.padStart(12, "0")}`;
    return { ...answer, headers: { ...answer.headers, "X-Openstack-Request-Id": id } };
  }

  #rolesOf(request: Request): readonly string[] | undefined {
    const { tokens } = this.#options;
    return tokens === undefined ? ["admin"] : tokens.rolesOf(request.headers.get("x-auth-token"));
  }

  async #route(
    request: Request,
    { pathname, searchParams }: URL,
    roles: readonly string[],
  ): Promise<Answer> {
    const [, word, part] = /^\/v2\/images(?:\/([^/]+)(?:\/(file|locations))?)?$/.exec(pathname) ??
      [];
    if (!/^\/v2\/images(\/|$)/.test(pathname)) {
      return errorPage(404, "The resource could not be found.");
    }
    if (request.method !== "GET") {
      const id = word === undefined ? undefined : decodeURIComponent(word);
      const change = { request, id, part, images: this.#images, record: this.#record };
      return await changeAnswer(change) ?? NOT_ALLOWED;
    }
    if (word === undefined) return listPage([...this.#records()], searchParams);
    const id = decodeURIComponent(word);
    const image = this.#images.get(id);
    if (image === undefined) return errorPage(404, `No image found with ID ${id}`);
    if (part === "locations") return this.#locations(image, roles);
    const record = image.record(this.#record);
    if (part === undefined) return jsonAnswer(200, record);
    return fileAnswer(image, request.headers.get("range"), {
      randomAccess: this.#options.randomAccess ?? false,
      admin: roles.includes("admin"),
      record,
    });
  }

  *#records(): Iterable<Readonly<Record<string, unknown>>> {
    for (const image of this.#images.values()) yield image.record(this.#record);
  }

  #locations(image: GlanceImage, roles: readonly string[]): Answer {
    if (!this.#options.locationsApi) return errorPage(404, "The resource could not be found.");
    if (!roles.includes("service") && !roles.includes("admin")) {
      return errorPage(403, "You are not authorized to complete fetch_image_location action.");
    }
    return jsonAnswer(200, image.locations(this.#record.store));
  }

  #versions(): Answer {
    const href = `${this.url}/v2/`;
    const links = [{ rel: "self", href }];
    return jsonAnswer(300, { versions: [{ id: "v2.16", status: "CURRENT", links }] });
  }
}
