/**
 * The files in which podman and Docker describe a container of nova-compute, as root finds them.
 *
 * @module
 */

/** Sources by destination. */
export type Mounts = Readonly<Record<string, string>>;

const SITE = "/var/lib/kolla/venv/lib/python3/site-packages";

/** What the recipe for Kolla-Ansible mounts, and nova's own volume. */
export const HOOKED: Mounts = {
  "/var/lib/nova": "/volumes/nova_compute/_data",
  "/usr/bin/glance-direct": "/usr/bin/glance-direct",
  [`${SITE}/glance_direct_nova.py`]: "/usr/lib/glance-direct/site-packages/glance_direct_nova.py",
  [`${SITE}/glance_direct_nova.pth`]: "/usr/lib/glance-direct/site-packages/glance_direct_nova.pth",
};

/** Where podman lists containers. */
export const PODMAN = "/var/lib/containers/storage/overlay-containers";

/** Where Docker has a directory of each. */
export const DOCKER = "/var/lib/docker/containers";

/** What each engine writes of one container: texts by path. */
export const ENGINES = {
  podman: (name: string, mounts: Mounts) => ({
    [`${PODMAN}/containers.json`]: JSON.stringify([{ id: "aa", names: [name] }]),
    [`${PODMAN}/aa/userdata/config.json`]: podmanConfig(mounts),
  }),
  "podman run --rm": (name: string, mounts: Mounts) => ({
    [`${PODMAN}/volatile-containers.json`]: JSON.stringify([{ id: "aa", names: [name] }]),
    [`${PODMAN}/aa/userdata/config.json`]: podmanConfig(mounts),
  }),
  docker: (name: string, mounts: Mounts) => ({
    [`${DOCKER}/aa/config.v2.json`]: JSON.stringify({
      Name: `/${name}`,
      MountPoints: Object.fromEntries(
        Object.entries(mounts).map(([path, Source]) => [path, { Source }]),
      ),
    }),
  }),
} as const;

function podmanConfig(mounts: Mounts): string {
  const entries = Object.entries(mounts);
  return JSON.stringify({
    mounts: entries.map(([destination, source]) => ({ destination, source })),
  });
}
