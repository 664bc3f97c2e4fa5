/**
 * The group that a file of root's has to belong to for this user to read it.
 *
 * @module
 */

/** The group of nova-compute in every distribution's package. */
const NOVA = "nova";

/**
 * Name of a user's own group; nova's for root, who needs none, and for users without an entry (a
 * container may run as one).
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
