/**
 * Finds the parts of a text that must stay on one line: words, quoted texts, and commands that the
 * reader may want to copy.
 *
 * @module
 */
import { basename } from "node:path";
import { SCHEMES } from "@/sources/registry.ts";

/**
 * A word with the quoted texts and the units in it. An apostrophe inside a word is not a quote.
 */
const WORD = /(?:(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])|\d (?:[KMGTP]i?)?B(?!\p{L})|\S)+/gu;

/**
 * The words of a text; a text in single quotes, such as a path with blanks, is one, and so is a
 * number of bytes with its unit.
 */
export function wordsOf(text: string): readonly string[] {
  return text.match(WORD) ?? [""];
}

/** Programs that hints name. */
const PROGRAMS: ReadonlySet<string> = new Set([
  "apt-get",
  "bunzip2",
  "ceph",
  "chgrp",
  "chmod",
  "chown",
  "df",
  "dnf",
  "docker",
  "findmnt",
  "fuser",
  "getent",
  "getfacl",
  "glance-direct",
  "gunzip",
  "iconv",
  "journalctl",
  "ls",
  "openssl",
  "openstack",
  "podman",
  "qemu-img",
  "rm",
  "sed",
  "sudo",
  "systemctl",
  "unxz",
  "unzstd",
  ...SCHEMES.flatMap(({ programs = [] }) => programs.map((path) => basename(path))),
]);

/** Words after which a command may begin without punctuation. */
const JOINTS: readonly string[] = ["of", "or", "then"];

/**
 * The parts of a hint: words, and commands with their arguments. A command ends with its clause;
 * two of them with a semicolon between are one line for the shell.
 *
 * @example
 * ```ts
 * import { commandParts } from "@/ui/words.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(commandParts("check it: ceph -s; then retry"), ["check", "it:", "ceph -s;", "then", "retry"]);
 * ```
 */
export function commandParts(hint: string): readonly string[] {
  const parts: string[] = [];
  let before = ";";
  let isCommand = false;
  for (const word of wordsOf(hint)) {
    const isClause = /[:;,]$/.test(before);
    const isStart = (isClause || JOINTS.includes(before)) && PROGRAMS.has(word);
    const isMore: boolean = isCommand && (!isClause || (isStart && before.endsWith(";")));
    if (isMore) parts.push(`${parts.pop()} ${word}`);
    else parts.push(word);
    isCommand = isMore || isStart;
    before = word;
  }
  return parts;
}
