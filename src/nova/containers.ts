/**
 * Containers of nova-compute on this host, from the files that podman and Docker keep as root. Only
 * mounts are visible there, not the content of an image.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { SITE_MODULE, SITE_PTH } from "@/nova/hook_files.ts";

/** One mount of a container. */
export interface Mount {
  /** Path in the container. */
  readonly destination: string;
  /** Path on the host; something else for a file system of the container's own, as in `tmpfs`. */
  readonly source: string;
}

/** One container. */
export interface NovaContainer {
  /** Its engine and its name, as in `podman nova_compute`. */
  readonly name: string;
  /** What is mounted from the host. */
  readonly mounts: readonly Mount[];
}

/** The part of the file system that is read. */
export type EngineFiles = Pick<Files, "list" | "readText" | "stat">;

/** Default storage directories of podman and Docker for root. */
const PODMAN = "/var/lib/containers/storage/overlay-containers";
const DOCKER = "/var/lib/docker/containers";

/** podman's lists; the second one has the containers of `podman run --rm`, and so of quadlets. */
const PODMAN_LISTS = ["containers.json", "volatile-containers.json"];

/** Names of containers in Kolla, RHOSO and others. */
const NOVA = /nova[-_]?compute/;

/** Every container whose name is one of nova-compute's; empty if root's files are not readable. */
export function novaContainers(files: EngineFiles): readonly NovaContainer[] {
  return [...podman(files), ...docker(files)].filter(({ name }) => NOVA.test(name));
}

/** The files of the hook that a container does not have mounted. */
export function missingMounts({ mounts }: NovaContainer): readonly string[] {
  return ["glance-direct", SITE_MODULE, SITE_PTH]
    .filter((name) => !mounts.some(({ destination }) => destination.endsWith(`/${name}`)));
}

/** If any part of the hook is mounted, the container is intended to have it. */
export function isHooked(container: NovaContainer): boolean {
  return missingMounts(container).length < 3;
}

/**
 * Where the host has a path of a container.
 *
 * @returns `undefined`, if it is not mounted from the host.
 */
export function pathOnHost({ mounts }: NovaContainer, path: string): string | undefined {
  const above = mounts.filter(({ destination }) =>
    path === destination || path.startsWith(destination.replace(/\/?$/, "/"))
  );
  const nearest = above.sort((a, b) => b.destination.length - a.destination.length)[0];
  if (!nearest?.source.startsWith("/")) return undefined;
  return join(nearest.source, path.slice(nearest.destination.length));
}

function podman(files: EngineFiles): readonly NovaContainer[] {
  const all = PODMAN_LISTS.flatMap((name) => listOf(parse(files, join(PODMAN, name))));
  return all.flatMap((record) => {
    const { id, names } = fieldsOf(record);
    if (typeof id !== "string") return [];
    const [name = id] = listOf(names).filter((name) => typeof name === "string");
    return [{ name: `podman ${name}`, mounts: podmanMounts(files, id) }];
  });
}

/** From the runtime's own description (OCI runtime specification, "mounts"). */
function podmanMounts(files: EngineFiles, id: string): readonly Mount[] {
  const { mounts } = fieldsOf(parse(files, join(PODMAN, id, "userdata/config.json")));
  return listOf(mounts).flatMap((mount) => {
    const { destination, source } = fieldsOf(mount);
    return mountOf(destination, source);
  });
}

function docker(files: EngineFiles): readonly NovaContainer[] {
  return entries(files, DOCKER).map((id): NovaContainer => {
    const { Name, MountPoints } = fieldsOf(parse(files, join(DOCKER, id, "config.v2.json")));
    const name = typeof Name === "string" ? Name.replace(/^\//, "") : id;
    const mounts = Object.entries(fieldsOf(MountPoints))
      .flatMap(([destination, point]) => mountOf(destination, fieldsOf(point).Source));
    return { name: `docker ${name}`, mounts };
  });
}

function mountOf(destination: unknown, source: unknown): readonly Mount[] {
  if (typeof destination !== "string") return [];
  return [{ destination, source: typeof source === "string" ? source : "" }];
}

/** The fields of an object; none of anything else: one odd record costs only itself. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function entries(files: Pick<Files, "list">, directory: string): readonly string[] {
  try {
    return files.list(directory);
  } catch {
    return [];
  }
}

/** A file of a container engine; `undefined` if it is missing, not readable, or incomplete. */
function parse(files: Pick<Files, "readText" | "stat">, path: string): unknown {
  try {
    return files.stat(path) === undefined ? undefined : JSON.parse(files.readText(path));
  } catch {
    return undefined;
  }
}
