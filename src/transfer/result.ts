/**
 * What a transfer found and did: the contract of `fetch --format json`.
 *
 * @module
 */

/** One try of one source. */
export interface Attempt {
  /** `rbd`, `file`, `glance`, or the scheme of a location that nobody reads. */
  readonly source: string;
  /** The location, without credentials. */
  readonly location: string;
  /** How it ended. */
  readonly outcome: "ok" | "failed" | "skipped";
  /** Error code, `null` when it went well. */
  readonly code: string | null;
  /** The reason in words, `null` when it went well. */
  readonly message: string | null;
  /** Bytes that came over the wire. */
  readonly bytes: number;
  /** Wall time. */
  readonly seconds: number;
}

/** A seal that was verified with. */
export interface SealUsed {
  /** SHA-256 of the public key (SPKI, DER) that signed it, in hex. */
  readonly key: string;
  /** How many chunks it is over. */
  readonly chunks: number;
}

/** What was checked before the file got its name. */
export interface Verified {
  /** The size, against the record. */
  readonly size: boolean;
  /** The digest, `null` when it was not asked for. */
  readonly hash: {
    readonly algorithm: string;
    readonly value: string;
    /** What said so: `os_hash_value` or `checksum` of the record, or a `seal` over that hash. */
    readonly origin: string;
    /** The seal whose chunks were compared in place of the whole. */
    readonly seal?: SealUsed;
  } | null;
  /** The signature, `null` when none was asked for. */
  readonly signature: {
    readonly key_type: string;
    readonly hash: string;
    readonly certificate: string;
    readonly subject: string;
  } | null;
  /** The format, `null` when it was not looked at. */
  readonly format: { readonly declared: string | null; readonly detected: string } | null;
}

/** The result of one image. */
export interface FetchResult {
  /** The image, by its record. */
  readonly image: {
    readonly id: string;
    readonly name: string | null;
    readonly size: number | null;
    readonly disk_format: string | null;
  };
  /** Where the file is; `-` for standard output. */
  readonly path: string;
  /** `cached`: it was there already. */
  readonly outcome: "fetched" | "cached";
  /** The source that served it, `null` when it was cached. */
  readonly source: string | null;
  /** Every source in order, also those that were skipped. */
  readonly attempts: readonly Attempt[];
  /** Sizes in bytes. */
  readonly bytes: {
    /** Of the image. */
    readonly image: number;
    /** Over the wire, all attempts. */
    readonly transferred: number;
    /** On disk. */
    readonly allocated: number;
    /** Length of the file; another than the image's where that was converted to raw. */
    readonly file: number;
  };
  /** What was checked. */
  readonly verified: Verified;
  /** Wall time: of all attempts, and for `fetch` of Keystone and Glance, too. */
  readonly seconds: number;
}
