/**
 * Containers of nova-compute on this host, from the files that podman and Docker keep as root. Only
 * mounts are visible there, not the content of an image.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { SITE_MODULE, SITE_PTH } from "@/nova/hook_files.ts";

type Record = Readonly<{ [name: string]: unknown }>;

/** One container. */
export interface NovaContainer {
  /** What runs it. */
  readonly engine: "podman" | "docker";
  /** Its name, as in `podman ps`. */
  readonly name: string;
  /** Paths inside that are mounted from the host. */
  readonly mounts: readonly string[];
}

/** Default storage directories of podman and Docker for root. */
const PODMAN = "/var/lib/containers/storage/overlay-containers";
const DOCKER = "/var/lib/docker/containers";

/** Names of containers in Kolla, RHOSO and others. */
const NOVA = /nova[-_]?compute/;

/** Every container whose name is one of nova-compute's; empty if root's files are not readable. */
export function novaContainers(
  files: Pick<Files, "list" | "readText" | "stat">,
): readonly NovaContainer[] {
  return [...podman(files), ...docker(files)].filter(({ name }) => NOVA.test(name));
}

/** The files of the hook that a container does not have mounted. */
export function missingMounts({ mounts }: NovaContainer): readonly string[] {
  return ["glance-direct", SITE_MODULE, SITE_PTH]
    .filter((name) => !mounts.some((mount) => mount.endsWith(`/${name}`)));
}

/** If any part of the hook is mounted, the container is intended to have it. */
export function isHooked(container: NovaContainer): boolean {
  return missingMounts(container).length < 3;
}

function podman(files: Pick<Files, "readText" | "stat">): readonly NovaContainer[] {
  const all = parse(files, join(PODMAN, "containers.json"));
  return (Array.isArray(all) ? all as Record[] : []).map(({ id, names }) => ({
    engine: "podman",
    name: String((names as unknown[] | undefined)?.[0] ?? id),
    mounts: podmanMounts(parse(files, join(PODMAN, String(id), "userdata/config.json"))),
  }));
}

/** The runtime's own description (OCI runtime specification, "mounts"). */
function podmanMounts(config: unknown): readonly string[] {
  const { mounts } = (config ?? {}) as Record;
  return (Array.isArray(mounts) ? mounts as Record[] : [])
    .map(({ destination }) => String(destination));
}

function docker(files: Pick<Files, "list" | "readText" | "stat">): readonly NovaContainer[] {
  return entries(files, DOCKER).map((id): NovaContainer => {
    const config = (parse(files, join(DOCKER, id, "config.v2.json")) ?? {}) as Record;
    const name = String(config.Name ?? id).replace(/^\//, "");
    return { engine: "docker", name, mounts: Object.keys(config.MountPoints ?? {}) };
  });
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
