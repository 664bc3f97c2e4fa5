/**
 * Commands on this machine as if it had another file system: they see a copy of it, or a system
 * call fails as it would elsewhere. Linux, root.
 *
 * @module
 */

/** A mount namespace in which `/etc` and `/usr` may be changed; it ends with the command. */
const COPY = `set -e
mount -t tmpfs tmpfs /mnt
for name in etc usr; do
  mkdir -p /mnt/$name/upper /mnt/$name/work
  mount -t overlay overlay -o lowerdir=/$name,upperdir=/mnt/$name/upper,workdir=/mnt/$name/work /$name
done
eval "$CHANGE"
exec "$@"`;

/**
 * Words before a command that give it `/etc` and `/usr` with a change.
 *
 * @param change Lines of shell; `"$@"` is the command.
 */
export function changed(change: string): readonly string[] {
  return ["unshare", "--mount", "env", `CHANGE=${change}`, "bash", "-c", COPY, "bash"];
}

/**
 * Words before a command for which a system call always ends in one way.
 *
 * @param how As strace's `inject=` has it: `error=ENOLCK`, `retval=0`.
 */
export function tampered(call: string, how: string): readonly string[] {
  const trace = ["-e", `trace=${call}`, "-e", `inject=${call}:${how}`];
  return ["strace", "--follow-forks", "--quiet=all", "--output=/dev/null", ...trace];
}
