/**
 * The manual page as groff and man read it: no warning, and every section.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { runCli } from "@/cli.ts";
import { OPTIONS } from "@/config/options.ts";
import { systemContext } from "@/system/context.ts";
import { peerTest } from "./peer.ts";

const SECTIONS = [
  "NAME",
  "SYNOPSIS",
  "DESCRIPTION",
  "GLOBAL OPTIONS",
  "COMMANDS",
  "CONFIGURATION",
  "ENVIRONMENT",
  "FILES",
  "EXIT STATUS",
  "EXAMPLES",
  "SEE ALSO",
];

async function page(): Promise<string> {
  let text = "";
  const context = { ...systemContext(), onStatusRequest: () => {} };
  const terminal = { ...context.terminal, out: (piece: string) => void (text += piece) };
  assertEquals(await runCli(["man"], { ...context, terminal }, new AbortController().signal), 0);
  return text;
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
  "man: groff has no warning for the page",
  { programs: { groff: ["--version"] } },
  async () => {
    const { success, complaints } = await read("groff", ["-man", "-ww", "-z"], await page());
    assertEquals([success, complaints], [true, ""]);
  },
);

peerTest(
  "man: the page shows every section, option and environment twin",
  { programs: { man: ["--version"] } },
  async () => {
    const { text, complaints } = await read("man", ["-l", "--warnings", "-"], await page());
    assertEquals(complaints, "");
    const headings = text.split("\n").filter((line) => /^[A-Z][A-Z ]+$/.test(line));
    assertEquals(headings, SECTIONS);
    const names = Object.values(OPTIONS).flatMap((options) => Object.keys(options));
    assertEquals(names.filter((name) => !new RegExp(`^ {7}${name}(?: |$)`, "m").test(text)), []);
    assert(text.includes("OS_GLANCE__RBD_USER") && text.includes("GLANCE_DIRECT_LIMIT_RATE"));
  },
);
