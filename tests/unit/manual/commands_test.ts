import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { QEMU_IMG_PLACES } from "@/cache/qemu_img_program.ts";
import { OPTIONS } from "@/config/options.ts";
import { EXIT_STATUS, ToolError } from "@/errors.ts";
import { EXIT_MEANINGS } from "@/manual/exit_statuses.ts";
import { RBD_PLACES } from "@/sources/rbd/program.ts";
import { PROXY_VARIABLES, TRUST_VARIABLES } from "@/system/runtime_variables.ts";
import { cli, cliAt } from "../../doubles/cli.ts";

/** Every command's name, as its page in the manual has it. */
async function everyCommand(): Promise<readonly string[][]> {
  const { out } = await cli("man");
  return [...out.matchAll(/^\.SS ([a-z]+(?: [a-z]+)*)$/gm)].map(([, name = ""]) => name.split(" "));
}

Deno.test("help of every command ends with examples and exit statuses, within 80 columns", async () => {
  const commands = await everyCommand();
  assert(commands.length >= 16, `${commands.length} commands`);
  for (const command of [[], ...commands]) {
    const { out, status } = await cli(...command, "--help");
    assertEquals(status, 0);
    const words = ["glance-direct", ...command].join(" ");
    assert(out.includes("\nExamples:\n  glance-direct"), `${words} has no examples`);
    const pattern =
      /(?:\nExit status:\n(?: +\d+ {2}.+\n)+)?\n(?:Global options|The manual)[^\n]*\n$/;
    assert(pattern.test(out), `${words} does not end with statuses, and where to find the others`);
    assert(!/default: (?:\[\]|0\b|")/.test(out), `${words} tells a default that says nothing`);
    // An example stays in one piece: it is there to be copied.
    const long = out.replace(/^ {2}glance-direct .*$/gm, "").split("\n")
      .filter((line) => line.length > 80);
    assertEquals(long, [], words);
  }
});

Deno.test("help hides the --os-* options, but for --os-cloud; the manual has all", async () => {
  for (const [words, flags] of [[[], ["--os-cloud"]], [["fetch"], []]] as const) {
    const { out } = await cli(...words, "--help");
    assertEquals([...out.matchAll(/--os-[a-z-]+/g)].map(([flag]) => flag), [...flags]);
  }
  assert((await cli("man")).out.includes("os\\-auth\\-url"));
});

Deno.test("man has no character that a terminal without UTF-8 cannot show", async () => {
  for (const section of ["1", "5"]) {
    const { out } = await cli("man", "--section", section);
    assertEquals(out.match(/\\\[u[0-9A-F]{4,}\]|\P{ASCII}/gu), null);
  }
});

Deno.test("a missing command is a usage error like any other", async () => {
  for (const command of [[], ["cache"], ["hook"]]) {
    const { status, out, err } = await cli(...command);
    assertEquals([status, out], [64, ""]);
    const help = ["glance-direct", ...command, "--help"].join(" ");
    assertEquals(
      err,
      `glance-direct: error: A command is missing\nglance-direct: hint: see ${help}\n`,
    );
  }
});

Deno.test("help of an unknown command is a usage error that names it", async () => {
  for (const group of [[], ["cache"]]) {
    const { status, out, err } = await cli(...group, "help", "nope");
    assertEquals([status, out], [64, ""]);
    const help = ["glance-direct", ...group, "--help"].join(" ");
    assertEquals(
      err,
      `glance-direct: error: Unknown command 'nope'\nglance-direct: hint: see ${help}\n`,
    );
  }
});

Deno.test("a failure in the journal has the priority of an error, in every line", async () => {
  const { err } = await cliAt({ isJournal: true }, "cache");
  assertEquals(
    err,
    "<3>glance-direct: error: A command is missing\n" +
      "<3>glance-direct: hint: see glance-direct cache --help\n",
  );
});

Deno.test("a usage error is in the format that the command line asks for, the last one of many", async () => {
  const json = [
    ["cache", "-f", "json"],
    ["-fjson", "cache"],
    ["cache", "--format=json"],
    ["-qf", "json", "fetch"],
    ["fetch", "-f", "text", "--format", "json", "--nope"],
  ];
  for (const argv of json) {
    const { status, out, err } = await cli(...argv);
    const { type, code, exit_status } = JSON.parse(err);
    assertEquals([status, out, type, code, exit_status], [64, "", "error", "usage", 64]);
  }
  for (
    const argv of [["fetch", "-f", "json", "-f", "text"], ["fetch", "--nope", "--", "-f", "json"]]
  ) {
    assert((await cli(...argv)).err.startsWith("glance-direct: error: "), argv.join(" "));
  }
});

Deno.test("an invalid value of a flag is a usage error before a file is read or a request is sent", async () => {
  const wrong = {
    "--retries": "many",
    "--limit-rate": "fast",
    "--stall-timeout": "soon",
    "--timeout": "0",
  };
  for (const [flag, value] of Object.entries(wrong)) {
    const { status, err } = await cli("fetch", "x", flag, value, "--config-file", "/no/such.conf");
    assertEquals(status, 64, err);
    assert(err.startsWith(`glance-direct: error: Cannot read flag ${flag}: '${value}`), err);
  }
});

Deno.test("fetch --output is checked before a file is read or a request is sent", async () => {
  const { status, err } = await cli("fetch", "x", "-o", "", "--config-file", "/no/such.conf");
  assertEquals(status, 64, err);
  assert(err.includes("the path of --output is empty"), err);
});

Deno.test("EXIT_MEANINGS has each status of the program", () => {
  const statuses = new Set([0, ...Object.values(EXIT_STATUS)]);
  assertEquals(new Set(Object.keys(EXIT_MEANINGS).map(Number)), statuses);
});

Deno.test("completion for an unknown shell is a usage error that lists the known ones", async () => {
  const { status, err } = await cli("completion", "tcsh");
  assertEquals(status, 64);
  assert(err.includes("bash, zsh, fish"), err);
});

Deno.test("man is text on a terminal, and roff for man(1) in a pipe", async () => {
  for (const [section, heading] of [["1", "SYNOPSIS"], ["5", "OPTIONS"]] as const) {
    const columns = () => 80;
    const shown = await cliAt({ isOutputTerminal: true, columns }, "man", "--section", section);
    const lines = shown.out.split("\n");
    assertEquals([shown.status, lines[0]], [0, `GLANCE-DIRECT(${section})`]);
    assert(lines.includes(heading), shown.out);
    assert(lines.every((line) => !/^\.[A-Z]|\\f[BIR]/.test(line)), shown.out);
    const piped = await cliAt({ isOutputTerminal: false }, "man", "--section", section);
    assert(piped.out.startsWith(".TH GLANCE\\-DIRECT"), piped.out.slice(0, 80));
  }
});

Deno.test("a file that is named and missing is status 66 in every command, a directory 64", async () => {
  const nowhere = "/no/such/directory/file";
  const lines = (path: string) => [
    ["inspect", path],
    ["seal", "x", "--key", path],
    ["prefetch", "--from", path, "--os-image-endpoint-override", "http://127.0.0.1:9"],
  ];
  for (const argv of lines(nowhere)) {
    const { status, err } = await cli(...argv);
    assertEquals([argv[0], status], [argv[0], 66], err);
    assert(err.includes(`'${nowhere}': there is no such file`), err);
  }
  for (const argv of lines("/")) assertEquals((await cli(...argv)).status, 64, argv[0]);
});

Deno.test("without a word on a terminal, the program shows the commands of a first day", async () => {
  const { status, out, err } = await cliAt({ isTerminal: true });
  assertEquals([status, out], [64, ""]);
  const commands = [...err.matchAll(/^ {2}glance-direct ([a-z ]+)(?: IMAGE)?(?: --set)? {2}/gm)];
  assertEquals(commands.length, 5, err);
  for (const [, words = ""] of commands) {
    assertEquals((await cli(...words.trim().split(" "), "--help")).status, 0, words);
  }
  assert(err.split("\n").length <= 12, err);
  assert(err.split("\n").every((line) => line.length <= 80), err);
});

Deno.test("a reader that closes early ends the program silently", async () => {
  const out = () => {
    throw new ToolError("reader_gone", "Cannot write to standard output: Broken pipe");
  };
  for (const argv of [["--help"], ["--version"], ["man"], ["completion", "bash"]]) {
    const { status, err } = await cliAt({ out }, ...argv);
    assertEquals([status, err], [141, ""], argv.join(" "));
  }
});

Deno.test("help of fetch fits on a screen of 40 lines, with rare options last", async () => {
  const { out } = await cli("fetch", "--help");
  assert(out.trimEnd().split("\n").length <= 40, out);
  assert(out.indexOf("--dry-run") < out.indexOf("\nRarely needed:"), out);
  assert(out.indexOf("\nRarely needed:") < out.indexOf("--stall-timeout"), out);
});

Deno.test("man --section 5 has every option of the configuration, section 1 the commands and the limits", async () => {
  const page = (await cli("man", "--section", "5")).out;
  for (const [group, options] of Object.entries(OPTIONS)) {
    assert(page.includes(`\n.SS [${group.replaceAll("-", "\\-")}]\n`), group);
    for (const name of Object.keys(options)) assert(page.includes(`\\fB${name}\\fR`), name);
  }
  const { out } = await cli("man");
  for (const flag of ["timeout", "stall\\-timeout", "connect\\-timeout", "retries"]) {
    assert(out.slice(out.indexOf(".SH TIME LIMITS")).includes(`\\-\\-${flag}`), flag);
  }
});

Deno.test("the manual names every program that may be run, and every variable that is ignored", async () => {
  const { out } = await cli("man");
  const page = out.replaceAll("\\", "");
  const programs = [RBD_PLACES, QEMU_IMG_PLACES].flatMap(({ own, usual }) => [own, usual]);
  const ignored = [...PROXY_VARIABLES, ...TRUST_VARIABLES].map((name) => name.toUpperCase());
  for (const name of [...programs, ...ignored]) {
    assertStringIncludes(page, name);
  }
});
