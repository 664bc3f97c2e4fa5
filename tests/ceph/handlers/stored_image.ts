/**
 * Images of any content in the real Glance, for one test.
 *
 * @module
 */
import { remove, type SeededRecord, upload } from "@lab/ceph/seed.ts";
import { type ImageContent, writeSparse } from "@lab/embedded/content.ts";

/** Images that are in Glance until this is disposed of. */
export class StoredImages implements AsyncDisposable {
  readonly #store: string | undefined;
  readonly #ids: string[] = [];

  /** Uses one of Glance's stores. @param store By Glance's name; `undefined` is the rbd store. */
  constructor(store: string | undefined) {
    this.#store = store;
  }

  /** Uploads an image under a new id. */
  async put(content: ImageContent): Promise<SeededRecord & { readonly id: string }> {
    const id = crypto.randomUUID();
    const path = await Deno.makeTempFile();
    try {
      writeSparse(content, path);
      this.#ids.push(id);
      const store = this.#store === undefined ? {} : { store: this.#store };
      return { ...await upload({ id, name: id, diskFormat: "raw", path, ...store }), id };
    } finally {
      await Deno.remove(path);
    }
  }

  /** Deletes them. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#ids) await remove(id);
  }
}
