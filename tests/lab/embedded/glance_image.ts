/**
 * An image of the embedded Glance, and its record with the fields and the order of the real one.
 *
 * @module
 */
import { digest } from "./content.ts";
import type { ImageContent } from "./content.ts";

/** The parameters of an image. */
export interface GlanceImageOptions {
  /** UUID. @default {a random one} */
  readonly id?: string;
  /** Display name; need not be unique. @default {"image"} */
  readonly name?: string;
  /** The bytes that the record describes; absent means queued. */
  readonly content?: ImageContent;
  /** The data of `GET …/file`, if it is not `content`; `null` means 204. */
  readonly data?: ImageContent | null;
  /** Status. @default {"active", or "queued" without content} */
  readonly status?: string;
  /** Format. @default {"raw"} */
  readonly diskFormat?: string;
  /** Virtual size. @default {the size for raw, else null} */
  readonly virtualSize?: number;
  /** Location; absent means that the store does not show one. */
  readonly url?: string;
  /** Whether Glance has computed checksums. @default {true} */
  readonly hashed?: boolean;
  /** Tags. */
  readonly tags?: readonly string[];
  /** Properties like `img_signature`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Fields of the record that replace the true ones. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** How much of an image's location a record shows. */
export interface RecordOptions {
  /** `show_image_direct_url`. */
  readonly showDirectUrl: boolean;
  /** `show_multiple_locations`. */
  readonly showMultipleLocations: boolean;
  /** `enabled_backends`: the name of the store; `null` means a Glance with one store. */
  readonly store: string | null;
}

/** One image. */
export class GlanceImage {
  /** UUID. */
  readonly id: string;
  /** `active`, `deactivated`, `queued`, … */
  status: string;
  /** Its parameters. */
  readonly options: GlanceImageOptions;
  /** Creation time; unique, for the order of lists. */
  readonly createdAt: string;
  #hashes: { readonly checksum: string; readonly value: string } | undefined;

  /**
   * Creates an image.
   *
   * @param index Counts up, for `created_at`.
   */
  constructor(options: GlanceImageOptions, index: number) {
    this.options = options;
    this.id = options.id ?? crypto.randomUUID();
    this.status = options.status ?? (options.content === undefined ? "queued" : "active");
    this.createdAt = new Date(Date.UTC(2026, 10, 22) + index * 1000).toISOString()
      .replace(".000Z", "Z");
  }

  /** The bytes that a download sends; `null` if there are none. */
  get data(): ImageContent | null {
    return this.options.data === undefined ? this.options.content ?? null : this.options.data;
  }

  /** Locations with their metadata, as in both requests. */
  locations(store: string | null): readonly unknown[] {
    const { url } = this.options;
    return url === undefined ? [] : [{ url, metadata: store === null ? {} : { store } }];
  }

  /** The record (glance/api/v2/images.py, `ResponseSerializer._format_image`). */
  record(options: RecordOptions): Readonly<Record<string, unknown>> {
    const { content, url, diskFormat = "raw", name = "image", tags = [] } = this.options;
    const { showDirectUrl, showMultipleLocations, store } = options;
    const self = `/v2/images/${this.id}`;
    return {
      ...this.options.properties,
      name,
      disk_format: diskFormat,
      container_format: "bare",
      visibility: "public",
      size: content?.size ?? null,
      virtual_size: this.options.virtualSize ??
        (diskFormat === "raw" ? content?.size ?? null : null),
      status: this.status,
      checksum: this.#digests()?.checksum ?? null,
      protected: false,
      min_ram: 0,
      min_disk: 0,
      owner: null,
      os_hidden: false,
      os_hash_algo: this.#digests() === undefined ? null : "sha512",
      os_hash_value: this.#digests()?.value ?? null,
      id: this.id,
      created_at: this.createdAt,
      updated_at: this.createdAt,
      ...showMultipleLocations ? { locations: this.locations(store) } : {},
      ...showDirectUrl && url !== undefined ? { direct_url: url } : {},
      tags,
      self,
      file: `${self}/file`,
      schema: "/v2/schemas/image",
      ...store === null || content === undefined ? {} : { stores: store },
      ...this.options.record,
    };
  }

  /** Digests are computed on first use: an image of many GiB may never need them. */
  #digests(): { readonly checksum: string; readonly value: string } | undefined {
    const { content, hashed = true } = this.options;
    if (content === undefined || !hashed) return undefined;
    return this.#hashes ??= { checksum: digest(content, "md5"), value: digest(content, "sha512") };
  }
}
