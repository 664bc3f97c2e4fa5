/**
 * Images over Glance's HTTP API: `GET /v2/images/{id}/file`. The last source, which every image
 * has.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Clock } from "@/context.ts";
import { shownUrl } from "@/shown_url.ts";
import { ToolError } from "@/errors.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { Scheme } from "@/sources/scheme.ts";
import { type OpenOptions, segmentTransfer, type Source, type Transfer } from "@/sources/source.ts";
import { failureOf } from "@/openstack/http/answer.ts";
import { fieldOf } from "@/openstack/http/fields.ts";
import { connectionFailure } from "@/openstack/http/failure.ts";
import { ByteReader } from "@/bytes/byte_reader.ts";
import { sizeMismatch } from "@/bytes/exact_size.ts";
import type { Segment } from "@/bytes/segment.ts";

/** How Glance's copy of an image is read. */
export interface GlanceOptions {
  /** Id of the image. */
  readonly id: string;
  /** The API. */
  readonly client: Pick<GlanceClient, "data" | "endpoints" | "nextEndpoint" | "session">;
  /** Time. */
  readonly clock: Clock;
  /** Time limit for reading the body of an error, in milliseconds. */
  readonly timeoutMs: number;
  /** Stores to prefer (`?prefer=`), best first. */
  readonly prefer: readonly string[];
}

/** The location under which the plan names Glance itself. */
export const GLANCE_LOCATION = "glance:";

/** What the plan says of it. Plain data. */
export type GlanceSettings = Pick<GlanceOptions, "id" | "prefer" | "timeoutMs">;

/** Glance's own copy, which every image has. */
export const glanceScheme: Scheme<GlanceSettings> = {
  kind: "glance",
  schemes: ["glance"],
  everywhere: { url: GLANCE_LOCATION, metadata: {} },
  plan: (_location, image, { client, config }) => ({
    label: labelOf(client, image.id),
    settings: {
      id: image.id,
      timeoutMs: config.get("glance_direct.connect_timeout"),
      prefer: preferredStores(image, config),
    },
  }),
  needs: () => ({ imageApi: true }),
  source(settings, { client, context: { clock } }) {
    if (client === undefined) throw new TypeError("the plan has no Image API");
    return new GlanceSource({ ...settings, client, clock });
  },
};

/** Stores to request (`?prefer=`), only those in the record: for others Glance answers 400. */
function preferredStores({ stores }: ImageRecord, config: Config): readonly string[] {
  const store = config.get("libvirt.images_rbd_glance_store_name");
  return stores.filter((one) => one === store);
}

function labelOf({ endpoints }: Pick<GlanceClient, "endpoints">, id: string): string {
  return `${shownUrl(endpoints[0] ?? "glance")}/v2/images/${id}/file`;
}

/** An image over Glance's HTTP API. */
export class GlanceSource implements Source {
  readonly kind = "glance";
  readonly label: string;
  readonly #options: GlanceOptions;
  #resumable = true;
  #opened = 0;

  /** Nothing is requested yet. */
  constructor(options: GlanceOptions) {
    this.#options = options;
    this.label = labelOf(options.client, options.id);
  }

  /** True until Glance reports that its store cannot start in the middle (RBD, Swift, S3). */
  get resumable(): boolean {
    return this.#resumable;
  }

  /** Starts the request; a second time at the next endpoint. */
  async open(options: OpenOptions): Promise<Transfer> {
    const { client, id, prefer } = this.#options;
    if (this.#opened++ > 0) client.nextEndpoint();
    const { offset, signal } = options;
    const response = await client.data(id, { offset, prefer, signal });
    await this.#judge(response, options);
    const body = response.body ?? new Blob([]).stream();
    const reader = new ByteReader(body, options.onTransferred);
    // The signal given to fetch ends the request; one given to a body does not reliably do so.
    const stop = () => void reader.cancel(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    return segmentTransfer(this.#segments(reader, options), () => {
      signal.removeEventListener("abort", stop);
      return reader.cancel();
    });
  }

  /** Accepts only an answer with exactly the requested bytes. */
  async #judge(response: Response, { offset, signal, size }: OpenOptions): Promise<void> {
    const problem = offset === 0
      ? this.#startProblem(response, size)
      : this.#resumeProblem(response, offset, size);
    if (problem === undefined) return;
    if (problem !== "status") {
      await response.body?.cancel();
      throw problem;
    }
    const { client, clock, timeoutMs } = this.#options;
    const action = `GET '${this.label}'`;
    const reading = { action, signal, timeoutMs };
    throw await failureOf(response, clock, reading, client.session.secrets());
  }

  #startProblem(response: Response, size: number): ToolError | "status" | undefined {
    if (response.status === 204) {
      // Glance also answers this when the RBD image is missing from the pool.
      return new ToolError("source_unavailable", `Cannot get data from '${this.label}': 204`, {
        hints: ["Glance has no data for this image; check the pool: rbd ls -l"],
      });
    }
    // 203: a proxy changed a header field or the data (RFC 9110 §15.3.4); the hash decides.
    if (response.status !== 200 && response.status !== 203) return "status";
    const length = fieldOf(response.headers, "content-length");
    if (length === undefined || Number(length) === size) return undefined;
    return sizeMismatch(this.label, length, size);
  }

  #resumeProblem(
    response: Response,
    offset: number,
    size: number,
  ): ToolError | "status" | undefined {
    const { status } = response;
    const expected = `bytes ${offset}-${size - 1}/${size}`;
    const range = fieldOf(response.headers, "content-range");
    if (status === 206 && range === expected) return undefined;
    if (![200, 203, 206, 400, 416].includes(status)) return "status";
    this.#resumable = false;
    const found = status === 206 ? `the range '${range}', expected '${expected}'` : `${status}`;
    return new ToolError(
      "temporary",
      `Cannot continue at byte ${offset}: Glance answers ${found}`,
      {
        hints: ["the store cannot start in the middle; the transfer starts again"],
        retryAfter: 0,
      },
    );
  }

  async *#segments(reader: ByteReader, options: OpenOptions): AsyncGenerator<Segment> {
    for (;;) {
      const bytes = await this.#next(reader, options);
      if (bytes.length === 0) return;
      yield { kind: "data", bytes };
    }
  }

  async #next(reader: ByteReader, { buffers, signal }: OpenOptions) {
    try {
      const bytes = await reader.segment(buffers);
      signal.throwIfAborted();
      return bytes;
    } catch (error) {
      signal.throwIfAborted();
      const { message } = connectionFailure(`read '${this.label}'`, error);
      throw new ToolError("temporary", message, {
        cause: error,
        hints: ["check the log of Glance or of the load balancer in front of it"],
      });
    }
  }
}
