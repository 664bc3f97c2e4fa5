/**
 * The program in a terminal of a given width: `script` of util-linux makes one.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { run } from "./program.ts";

/** What a terminal shows. */
export interface Screen {
  /** Exit status of the program. */
  readonly status: number;
  /** Lines as the program wrote them, both of its outputs in their order. */
  readonly lines: readonly string[];
}

/** Runs a command in a terminal without cursor movement or colours. */
export async function onScreen(args: readonly string[], columns: number): Promise<Screen> {
  const command = `stty cols ${columns} rows 50; exec $(printf '%q ' "$@")`;
  const { status, stdout, stderr } = await run(args, {
    wrapper: ["bash", "-c", `exec script -qec "${command}" /dev/null`, "bash"],
    env: { PATH: "/usr/bin:/bin", TERM: "dumb", SHELL: "/bin/bash" },
  });
  assertEquals(stderr, "");
  return { status, lines: stdout.replaceAll("\r", "").trimEnd().split("\n") };
}
