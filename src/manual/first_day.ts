/**
 * The output of the program without arguments on a terminal: the first commands to run, in order.
 *
 * @module
 */
import { PROGRAM } from "@/manual/documentation.ts";
import { VERSION } from "@/version.ts";

/** Command lines without the program's name, with a description. */
const COMMANDS: readonly (readonly [line: string, what: string])[] = [
  ["doctor", "check this host, and suggest fixes"],
  ["config show --set", "what is configured, and where"],
  ["show IMAGE", "where an image would be read from"],
  ["fetch IMAGE", "fetch it into nova's image cache"],
  ["hook install", "let nova-compute fetch images this way"],
];

/** The text, with a trailing newline; within 80 columns. */
export function firstDay(): string {
  const width = Math.max(...COMMANDS.map(([line]) => line.length));
  return [
    `${PROGRAM} ${VERSION}: Glance images into nova's image cache, straight from Ceph`,
    "",
    ...COMMANDS.map(([line, what]) => `  ${PROGRAM} ${line.padEnd(width)}  ${what}`),
    "",
    `All commands and options: ${PROGRAM} --help`,
    "",
  ].join("\n");
}
