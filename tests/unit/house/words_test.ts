/**
 * The repository names no machine but the reader's: no build host's paths, no package registry, and
 * no open tasks.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { filesEnding } from "./tree.ts";

/** Written with a class around one character, so that this file does not contain what it forbids. */
const FORBIDDEN: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/[/]work[/]|[/]root[/]|[/]opt[/]deno/, "a path of the machine it was written on"],
  [/registry[.]npm|jsr[.]io|deb[.]debian[.]org|pypi[.]org/, "a package registry's host"],
  [/\bTO[D]O\b|\bFIX[M]E\b|\bXX[X]\b/, "something left for later"],
  [/@ts-(?:ignore|nocheck)|deno-lint-[i]gnore/, "a silenced check"],
];

Deno.test("words: no path of a build host, no registry, no open tasks", () => {
  const files = filesEnding(".ts", ".py", ".md", ".yml", ".json", ".sh", "run");
  const wrong = files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) =>
      FORBIDDEN.filter(([pattern]) => pattern.test(line))
        .map(([, why]) => `${path}:${index + 1}: ${why}`)
    )
  );
  assertEquals(wrong, []);
});
