/**
 * The group that a file of root's needs so that this user can read it.
 *
 * @module
 */

/** The group of nova-compute in the packages of every distribution. */
const NOVA = "nova";

/**
 * Name of the user's own group; nova's for root, which needs none, and for users without an entry
 * (a container may run as one).
 *
 * @param uid `null` when unknown.
 * @param read Reads a text file.
 */
export function ownGroup(
  uid: number | null,
  read: (path: string) => string = Deno.readTextFileSync,
): string {
  if (uid === null || uid === 0) return NOVA;
  const gid = fieldsOf("/etc/passwd", read).find(([, , id]) => id === String(uid))?.[3];
  const group = fieldsOf("/etc/group", read).find(([, , id]) => id === gid)?.[0];
  return gid === undefined ? NOVA : group ?? gid;
}

function fieldsOf(path: string, read: (path: string) => string): readonly string[][] {
  try {
    return read(path).split("\n").map((line) => line.split(":"));
  } catch {
    return [];
  }
}
