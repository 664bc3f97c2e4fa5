/**
 * The result of a transfer: the contract of `fetch --format json`.
 *
 * @module
 */

/** One attempt with one source. */
export interface Attempt {
  /** `rbd`, `file`, `glance`, or the scheme of a location that is not supported. */
  readonly source: string;
  /** The location, without credentials. */
  readonly location: string;
  /** How it ended. */
  readonly outcome: "ok" | "failed" | "skipped";
  /** Error code, `null` on success. */
  readonly code: string | null;
  /** The reason in words, `null` on success. */
  readonly message: string | null;
  /** Bytes received. */
  readonly bytes: number;
  /** Wall time. */
  readonly seconds: number;
}

/** A seal that the image was verified with. */
export interface SealUsed {
  /** SHA-256 of the public key (SPKI, DER) that signed it, in hex. */
  readonly key: string;
  /** Number of its chunks. */
  readonly chunks: number;
}

/** What was verified before the file got its name. */
export interface Verified {
  /** The size, against the record. */
  readonly size: boolean;
  /** The digest, `null` when it was not requested. */
  readonly hash: {
    readonly algorithm: string;
    readonly value: string;
    /**
     * Where the digest comes from: `os_hash_value` or `checksum` of the record, or a `seal` over
     * that hash.
     */
    readonly origin: string;
    /** The seal whose chunks were compared instead of the whole. */
    readonly seal?: SealUsed;
  } | null;
  /** The signature, `null` when none was required. */
  readonly signature: {
    readonly key_type: string;
    readonly hash: string;
    readonly certificate: string;
    readonly subject: string;
  } | null;
  /** The format, `null` when it was not inspected. */
  readonly format: { readonly declared: string | null; readonly detected: string } | null;
}

/** The result of one image. */
export interface FetchResult {
  /** The image from its record. */
  readonly image: {
    readonly id: string;
    readonly name: string | null;
    readonly size: number | null;
    readonly disk_format: string | null;
  };
  /** Path of the file; `-` for standard output. */
  readonly path: string;
  /** `cached`: it existed already. */
  readonly outcome: "fetched" | "cached";
  /** The source that served it, `null` when it was cached. */
  readonly source: string | null;
  /** Every source in order, including skipped ones. */
  readonly attempts: readonly Attempt[];
  /** Sizes in bytes. */
  readonly bytes: {
    /** Of the image. */
    readonly image: number;
    /** Received in all attempts. */
    readonly transferred: number;
    /** On disk. */
    readonly allocated: number;
    /** Length of the file; differs from the image's if it was converted to raw. */
    readonly file: number;
  };
  /** What was verified. */
  readonly verified: Verified;
  /** Wall time of all attempts; for `fetch`, including Keystone and Glance. */
  readonly seconds: number;
}
