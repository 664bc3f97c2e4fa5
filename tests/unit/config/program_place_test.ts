/**
 * Which paths may decide what is run: a tree of files with links, owners and modes.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { programAt } from "@/config/program_place.ts";
import type { FileInfo } from "@/context.ts";
import { ToolError } from "@/errors.ts";

const OWN = "/usr/lib/glance-direct/rbd";
const PLACES = { own: OWN, usual: "/usr/bin/rbd" };

/** A file by its mode, a directory by its mode with a slash, a link by what it says. */
type Node = readonly [what: number | string, uid?: number, gid?: number];

const DIRECTORIES = ["/", "/usr", "/usr/lib", "/usr/lib/glance-direct", "/opt", "/opt/ceph"];

const TREE: Readonly<Record<string, Node>> = { [OWN]: [0o755] };

function chosen(changes: Readonly<Record<string, Node | undefined>>): string {
  const tree = { ...TREE, ...changes };
  const nodeOf = (path: string): Node | undefined =>
    path in tree ? tree[path] : DIRECTORIES.includes(path) ? [0o755] : undefined;
  return programAt(PLACES, {
    readLink: (path) => String(nodeOf(path)?.[0]),
    lstat(path) {
      const [what, uid = 0, gid = 0] = nodeOf(path) ?? [];
      if (what === undefined) return undefined;
      const isSymlink = typeof what === "string";
      const isDirectory = DIRECTORIES.includes(path) && !isSymlink;
      return { isSymlink, isDirectory, mode: isSymlink ? 0o777 : what, uid, gid } as FileInfo;
    },
  });
}

Deno.test("programAt() returns the usual path if nothing is at the operator's path", () => {
  assertEquals(chosen({ [OWN]: undefined }), "/usr/bin/rbd");
});

const TAKEN: Readonly<Record<string, Readonly<Record<string, Node>>>> = {
  "a wrapper of root's": {},
  "a link": { [OWN]: ["/opt/ceph/rbd"], "/opt/ceph/rbd": [0o755] },
  "a link that says where from here": {
    [OWN]: ["../../../opt/ceph/rbd"],
    "/opt/ceph/rbd": [0o755],
  },
  "a link to a link in a linked directory": {
    [OWN]: ["/opt/current/rbd"],
    "/opt/current": ["ceph"],
    "/opt/ceph/rbd": ["rbd-18"],
    "/opt/ceph/rbd-18": [0o555],
  },
  "what root's group may write": { [OWN]: [0o775, 0, 0] },
  "a link into a directory like /tmp": {
    [OWN]: ["/opt/ceph/rbd"],
    "/opt": [0o1777],
    "/opt/ceph/rbd": [0o755],
  },
};

for (const [what, changes] of Object.entries(TAKEN)) {
  Deno.test(`programAt() accepts ${what}`, () => assertEquals(chosen(changes), OWN));
}

const AT_CEPH = { [OWN]: ["/opt/ceph/rbd"], "/opt/ceph/rbd": [0o755] } as const;

const REFUSED: Readonly<Record<string, readonly [Readonly<Record<string, Node>>, string]>> = {
  "a wrapper of another user": [{ [OWN]: [0o755, 1000] }, `'${OWN}' belongs to uid 1000`],
  "a wrapper that a group may write": [{ [OWN]: [0o775, 0, 100] }, `'${OWN}' has the mode 0775`],
  "a wrapper that everybody may write": [{ [OWN]: [0o757] }, `'${OWN}' has the mode 0757`],
  "a directory that everybody may write": [
    { "/usr/lib/glance-direct": [0o777] },
    "'/usr/lib/glance-direct' has the mode 0777",
  ],
  "a directory of another user": [{ "/usr/lib": [0o755, 113] }, "'/usr/lib' belongs to uid 113"],
  "a link of another user": [
    { ...AT_CEPH, [OWN]: ["/opt/ceph/rbd", 113] },
    `'${OWN}' belongs to uid 113`,
  ],
  "a link to what another user owns": [
    { ...AT_CEPH, "/opt/ceph/rbd": [0o755, 113] },
    "'/opt/ceph/rbd' belongs to uid 113",
  ],
  "a link into a directory that another user owns": [
    { ...AT_CEPH, "/opt": [0o755, 113] },
    "'/opt' belongs to uid 113",
  ],
  "a link to nothing": [{ [OWN]: ["/opt/ceph/rbd"] }, "'/opt/ceph/rbd' is missing"],
  "a link to itself": [{ [OWN]: [OWN] }, "it has too many symbolic links"],
};

for (const [what, [changes, reason]] of Object.entries(REFUSED)) {
  Deno.test(`programAt() refuses ${what}`, () => {
    const { code, hints, message } = assertThrows(() => chosen(changes), ToolError);
    assertEquals([code, hints.length], ["config_invalid", 1]);
    assertEquals(message.split(", and only root")[0], `Not running '${OWN}': ${reason}`);
  });
}
