/**
 * The users that run commands in a root.
 *
 * @module
 */
import { run } from "../ceph/command.ts";

/** The administrator, and a user without any privileges. */
export const USERS = ["root", "dev"] as const;

/** One of {@linkcode USERS}. */
export type User = (typeof USERS)[number];

/** A user id that no package takes. */
const UID = "1500";

/** Creates the ordinary user of a new root. */
export async function addUser(root: string): Promise<void> {
  await run(["useradd", "--root", root, "--create-home", `--uid=${UID}`, USERS[1]]);
}

/** A user's home, as a path within the root. */
export async function homeOf(root: string, user: User): Promise<string> {
  const accounts = (await Deno.readTextFile(`${root}/etc/passwd`)).split("\n");
  const account = accounts.find((line) => line.startsWith(`${user}:`));
  return account?.split(":")[5] ?? "/";
}

/** The words before a command that run it as a user. */
export async function as(user: User, root: string): Promise<readonly string[]> {
  const names = [`HOME=${await homeOf(root, user)}`, `USER=${user}`];
  const ids = [`--reuid=${user}`, `--regid=${user}`, "--init-groups"];
  return ["setpriv", ...ids, "env", ...names];
}
