/**
 * Small file systems of a test's own, mounted where a host has its instances: they fill up, turn
 * read-only and lose their power. Linux and root.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Victim } from "./fault_lab.ts";

/** What a disk is. */
export type DiskKind =
  /** Memory of so many bytes. */
  | { readonly kind: "tmpfs"; readonly bytes: number }
  /** A file with an ext4, which turns read-only after an error as a server's does. */
  | { readonly kind: "ext4"; readonly megabytes: number }
  /** A file with a btrfs, whose quotas a kernel has without another option of its build. */
  | { readonly kind: "btrfs" };

/** Bytes of the file with a btrfs: the least that `mkfs.btrfs` takes is about 110 MB. */
const BTRFS = "128M";

/** A mounted disk. */
export class Disk implements AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string;
  readonly #directory: string;
  #starts = 0;

  private constructor(directory: string) {
    this.#directory = directory;
    this.path = join(directory, "mounted");
  }

  /** Makes a disk and mounts it. */
  static async make(kind: DiskKind): Promise<Disk> {
    const disk = new Disk(await Deno.makeTempDir({ prefix: "glance-direct-disk-" }));
    await Deno.mkdir(disk.path);
    if (kind.kind === "tmpfs") {
      await sh("mount", "-t", "tmpfs", "-o", `size=${kind.bytes}`, "tmpfs", disk.path);
    } else if (kind.kind === "btrfs") {
      await sh("truncate", "-s", BTRFS, disk.#image);
      await sh("mkfs.btrfs", "-q", disk.#image);
      await sh("mount", "-o", "loop", disk.#image, disk.path);
      await sh("btrfs", "quota", "enable", disk.path);
    } else {
      await sh("truncate", "-s", `${kind.megabytes}M`, disk.#image);
      await sh("mkfs.ext4", "-q", "-F", "-O", "^resize_inode", "-m", "0", disk.#image);
      await disk.#mount();
    }
    return disk;
  }

  /** Mounts it again with other options. */
  async remount(options: string): Promise<void> {
    await sh("mount", "-o", `remount,${options}`, this.path);
  }

  /** Sets the quota of a btrfs: so many bytes, whoever writes them. */
  async limit(bytes: number | "none"): Promise<void> {
    await sh("btrfs", "qgroup", "limit", `${bytes}`, this.path);
  }

  /** Fills it with somebody else's file until `left` bytes are free. */
  async fill(left: number): Promise<void> {
    // The program writes meanwhile, so that what was free a moment ago may not be free any more.
    for (let turn = 0; turn < 20; turn++) {
      const { bavail, bsize } = await statfs(this.path);
      const ballast = Math.max(bsize, Math.ceil(bavail * bsize - left));
      if (await succeeds("fallocate", "-l", `${ballast}`, join(this.path, "ballast"))) return;
    }
    throw new Error(`Cannot fill '${this.path}'`);
  }

  /** Removes that file. */
  async empty(): Promise<void> {
    await Deno.remove(join(this.path, "ballast"));
  }

  /** Cuts the power: what is not on the disk is lost, at once and for good (`EXT4_IOC_SHUTDOWN`). */
  async cutPower(): Promise<void> {
    const noLogFlush = 2;
    const program = "import fcntl,os,struct,sys;" +
      `fcntl.ioctl(os.open(sys.argv[1],0),0x8004587d,struct.pack('I',${noLogFlush}))`;
    await sh("python3", "-c", program, this.path);
  }

  /**
   * The power is back: mounts what is on the disk, as a start of the host does. A copy of it, because
   * somebody else's mount namespace may keep the dead one alive.
   */
  async restart(): Promise<void> {
    await sh("umount", this.path);
    const before = this.#image;
    this.#starts++;
    await sh("cp", "--sparse=always", before, this.#image);
    await Deno.remove(before);
    await this.#mount();
  }

  /** Has the kernel find an error on the disk: it turns read-only, whoever has files open. */
  async breakDown(): Promise<void> {
    const device = await sh("findmnt", "-n", "-o", "SOURCE", this.path);
    await Deno.writeTextFile(`/sys/fs/ext4/${device.split("/").at(-1)}/trigger_fs_error`, "test");
  }

  /** Unmounts and removes it; after a lost case somebody may still be at it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await sh("umount", "--lazy", this.path);
    await Deno.remove(this.#directory, { recursive: true });
  }

  get #image(): string {
    return join(this.#directory, `image${this.#starts}`);
  }

  async #mount(): Promise<void> {
    await sh("mount", "-o", "loop,errors=remount-ro", this.#image, this.path);
  }
}

/** A host whose instances lie on a disk of its own. */
export class DiskHost<T extends Victim> implements AsyncDisposable {
  private constructor(readonly disk: Disk, readonly host: T) {}

  /**
   * Makes the disk and the host.
   *
   * @param open Makes a host that has its instances in a directory.
   */
  static async make<T extends Victim>(
    kind: DiskKind,
    open: (instances: string) => Promise<T>,
  ): Promise<DiskHost<T>> {
    const disk = await Disk.make(kind);
    return new DiskHost(disk, await open(disk.path));
  }

  /** Removes both. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    await this.disk[Symbol.asyncDispose]();
  }
}

async function succeeds(...argv: readonly [string, ...string[]]): Promise<boolean> {
  return await sh(...argv).then(() => true, () => false);
}

async function sh(...argv: readonly [string, ...string[]]): Promise<string> {
  const [program, ...args] = argv;
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`${argv.join(" ")}: ${text(stderr)}`);
  return text(stdout);
}
