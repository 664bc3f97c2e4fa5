/**
 * A cluster for the stand-in `rbd`: a directory with ceph.conf, keyrings, pools and the executable
 * itself, which runs by its absolute path with an empty environment.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSparse } from "./content.ts";
import type { ImageContent } from "./content.ts";
import type { RbdFault } from "./fault.ts";
import type { ClusterFile } from "./rbd/connection.ts";
import type { StoredImage, StoredObject } from "./rbd/pools.ts";

/** Object size of Glance's images (`rbd_store_chunk_size` = 8). */
export const OBJECT_SIZE = 8 << 20;

/** fsid of the cluster that {@linkcode EmbeddedCeph.create} makes by default. */
export const FSID = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";

/**
 * How an image was written: Glance writes every byte (`thick`), or skips objects of zeros with
 * `rbd_thin_provisioning` (`thin`); QEMU and `rbd import` end an object at its last byte (`exact`).
 */
export type Layout = "thick" | "thin" | "exact";

/** How an image is stored. */
export interface StoreOptions {
  /** Pool. @default {"images"} */
  readonly pool?: string;
  /** Snapshot. @default {"snap"} */
  readonly snap?: string;
  /** Object size in bytes. @default {OBJECT_SIZE} */
  readonly objectSize?: number;
  /** How it was written. @default {"thick"} */
  readonly layout?: Layout;
}

/** A key of type 1 (aes): type, time and length of the secret, then the secret. */
function keyOf(id: string): string {
  return btoa(`\x01\0\0\0\0\0\0\0\0\0\x10\0${`key of ${id}`.padEnd(16).slice(0, 16)}`);
}

/** A cluster made of files. */
export class EmbeddedCeph {
  /** Directory of all files. */
  readonly directory: string;
  /** `fsid` in the conf. */
  readonly fsid: string;
  readonly #users: Record<string, { readonly key: string; readonly pools: string[] }> = {};
  readonly #faults: Record<string, RbdFault> = {};

  private constructor(directory: string, fsid: string) {
    this.directory = directory;
    this.fsid = fsid;
  }

  /**
   * Creates a cluster with the pool `images`, the user `nova` and the user `nocaps` without
   * capabilities.
   */
  static create(directory: string, fsid = FSID): EmbeddedCeph {
    const ceph = new EmbeddedCeph(directory, fsid);
    Deno.mkdirSync(join(directory, "pools", "images"), { recursive: true });
    Deno.writeTextFileSync(
      ceph.conf,
      `[global]\nfsid = ${fsid}\nmon_host = [v2:127.0.0.1:3300,v1:127.0.0.1:6789]\n` +
        `[client]\nkeyring = ${directory}/ceph.$name.keyring\n`,
    );
    ceph.addUser("nova", ["images"]);
    ceph.addUser("nocaps", []);
    Deno.writeTextFileSync(ceph.program, wrapper(directory), { mode: 0o755 });
    return ceph;
  }

  /** Path of ceph.conf. */
  get conf(): string {
    return join(this.directory, "ceph.conf");
  }

  /** Path of the executable. */
  get program(): string {
    return join(this.directory, "rbd");
  }

  /** Creates a user that may read some pools, and the keyring. */
  addUser(id: string, pools: readonly string[]): void {
    const key = keyOf(id);
    this.#users[id] = { key, pools: [...pools] };
    Deno.writeTextFileSync(this.keyring(id), `[client.${id}]\n\tkey = ${key}\n`);
    this.#save();
  }

  /** Path of a user's keyring. */
  keyring(id: string): string {
    return join(this.directory, `ceph.client.${id}.keyring`);
  }

  /** Stores an image like Glance's rbd store, and returns its location. */
  store(name: string, content: ImageContent, options: StoreOptions = {}): string {
    const { pool = "images", snap = "snap", objectSize = OBJECT_SIZE, layout = "thick" } = options;
    const directory = join(this.directory, "pools", pool);
    const path = join(directory, `${name}@${snap}`);
    const objects = objectsOf(content, objectSize, layout);
    const header: StoredImage = { size: content.size, objectSize, objects };
    Deno.mkdirSync(directory, { recursive: true });
    writeSparse(content, path);
    Deno.writeTextFileSync(`${path}.json`, JSON.stringify(header));
    const parts = [this.fsid, pool, name, snap].map(encodeURIComponent);
    return `rbd://${parts.join("/")}`;
  }

  /**
   * Makes the reads of an image fail from now on; `*` means every image, `undefined` removes the
   * fault.
   */
  setFault(image: string, fault: RbdFault | undefined): void {
    if (fault === undefined) delete this.#faults[image];
    else this.#faults[image] = fault;
    this.#save();
  }

  /** Resolves as soon as this many `rbd` are running. */
  async reached(count = 1): Promise<void> {
    using changes = Deno.watchFs(this.directory, { recursive: false });
    if (this.running().length >= count) return;
    for await (const _ of changes) {
      if (this.running().length >= count) return;
    }
  }

  /** Process ids of all running `rbd`. */
  running(): readonly number[] {
    return textOf(join(this.directory, "pids")).split("\n").filter((pid) => pid !== "")
      .map(Number).filter((pid) => textOf(`/proc/${pid}/cmdline`) !== "");
  }

  #save(): void {
    const file: ClusterFile = { users: this.#users, faults: this.#faults };
    Deno.writeTextFileSync(join(this.directory, "cluster.json"), JSON.stringify(file));
  }
}

function objectsOf(
  { size, extents }: ImageContent,
  objectSize: number,
  layout: Layout,
): readonly StoredObject[] {
  const ends = new Map<number, number>();
  for (const { offset, bytes } of extents) {
    const end = offset + bytes.length;
    for (let index = Math.floor(offset / objectSize); index * objectSize < end; index++) {
      ends.set(index, Math.min(objectSize, end - index * objectSize));
    }
  }
  const all = Array.from({ length: Math.ceil(size / objectSize) }, (_, index) => ({
    index,
    length: Math.min(objectSize, size - index * objectSize),
    zero: !ends.has(index),
  }));
  if (layout === "thick") return all;
  const written = all.filter(({ zero }) => !zero);
  if (layout === "thin") return written;
  return written.map((object) => ({ ...object, length: ends.get(object.index) ?? 0 }));
}

/** The shell only knows this text: it is started with an empty environment. */
function wrapper(directory: string): string {
  const program = fileURLToPath(new URL("rbd/program.ts", import.meta.url));
  const flags = "--quiet --no-prompt --no-config --no-lock --no-remote --no-npm --allow-all";
  const cache = Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? directory, ".cache/deno");
  return `#!/bin/sh\nDENO_DIR='${cache}' DENO_NO_UPDATE_CHECK=1 ` +
    `exec '${Deno.execPath()}' run ${flags} '${program}' "$@"\n`;
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
