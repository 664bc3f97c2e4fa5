/**
 * The manual page as groff and man read it: no warning, and every section.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { OPTIONS } from "@/config/options.ts";
import { cli } from "../doubles/cli.ts";
import { peerTest } from "./peer.ts";

const SECTIONS = [
  "NAME",
  "SYNOPSIS",
  "DESCRIPTION",
  "GLOBAL OPTIONS",
  "COMMANDS",
  "CONFIGURATION",
  "TIME LIMITS",
  "ENVIRONMENT",
  "FILES",
  "EXIT STATUS",
  "EXAMPLES",
  "SEE ALSO",
];

async function page(section: string): Promise<string> {
  const { out, status } = await cli("man", "--section", section);
  assertEquals(status, 0);
  return out;
}

async function read(program: string, args: readonly string[], input: string) {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { LC_ALL: "C", MANWIDTH: "100" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const sent = new Blob([input]).stream().pipeTo(child.stdin);
  const [{ success, stdout, stderr }] = await Promise.all([child.output(), sent]);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, text: decode(stdout), complaints: decode(stderr) };
}

peerTest(
  "man: groff has no warning for the pages",
  { programs: { groff: ["--version"] } },
  async () => {
    for (const section of ["1", "5"]) {
      const { success, complaints } = await read(
        "groff",
        ["-man", "-ww", "-z"],
        await page(section),
      );
      assertEquals([success, complaints], [true, ""]);
    }
  },
);

/** What man shows of a page; it complains of nothing. */
async function shown(section: string): Promise<string> {
  const { text, complaints } = await read("man", ["-l", "--warnings", "-"], await page(section));
  assertEquals(complaints, "");
  return text;
}

peerTest(
  "man: the first page shows every section, the fifth every option and environment twin",
  { programs: { man: ["--version"] } },
  async () => {
    const headings = (await shown("1")).split("\n").filter((line) => /^[A-Z][A-Z ]+$/.test(line));
    assertEquals(headings, SECTIONS);
    const text = await shown("5");
    const names = Object.values(OPTIONS).flatMap((options) => Object.keys(options));
    // groff indents by 7 columns, since 1.24 by 5.
    const isShown = (name: string) => new RegExp(`^ {5}(?: {2})?${name}(?: |$)`, "m").test(text);
    assertEquals(names.filter((name) => !isShown(name)), []);
    assert(text.includes("OS_GLANCE__RBD_USER") && text.includes("GLANCE_DIRECT_LIMIT_RATE"));
  },
);
