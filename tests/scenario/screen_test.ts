/**
 * What an operator sees in a terminal: nothing is broken inside a word.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { altered, dense, noise } from "@lab/embedded/content.ts";
import { Host } from "./host.ts";
import { run } from "./program.ts";
import { onScreen } from "./terminal.ts";

const CONTENT = dense(noise(1 << 20));

/** Every word of the piped output is whole on a line of the terminal, and no line is too long. */
function assertWhole(lines: readonly string[], piped: string, columns: number): void {
  const words = lines.flatMap((line) => line.trim().split(/\s+/));
  for (const word of piped.trim().split(/\s+/).filter(({ length }) => length < columns)) {
    assert(words.includes(word), `'${word}' is broken:\n${lines.join("\n")}`);
  }
  const long = lines.filter((line) => line.length > columns);
  assertEquals(long.filter((line) => line.trim().includes(" ")), [], lines.join("\n"));
}

Deno.test("screen: errors, warnings and hints are broken between words at 80 and 120 columns", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ content: CONTENT, rbd: null });
  host.lab.glance.setFault(id, { kind: "status", status: 404, times: 1000 });
  const args = ["fetch", id, "--config-file", host.lab.novaConf];
  const piped = await run(args);
  assert(piped.status !== 0);
  for (const columns of [80, 120]) {
    const { lines, status } = await onScreen(args, columns);
    assertEquals(status, piped.status);
    assertWhole(lines, piped.stderr, columns);
    assert(lines.some((line) => line.startsWith("  ")), lines.join("\n"));
  }
  assert(piped.stderr.split("\n").every((line) => /^(?:glance-direct: .*)?$/.test(line)));
});

Deno.test("screen: a refused copy is warned of with short digests, and the result has its path whole", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ content: CONTENT, rbd: altered(CONTENT, 1000) });
  const { lines, status } = await onScreen(["fetch", id, "--config-file", host.lab.novaConf], 80);
  assertEquals(status, 0, lines.join("\n"));
  assertEquals(lines.at(-1), host.base(id));
  assertEquals(lines.join(" ").match(/[0-9a-f]{64}/g), null, lines.join("\n"));
  assert(lines.every((line) => line.length <= 80 || line === host.base(id)), lines.join("\n"));
});

Deno.test("screen: verify, cache verify and an empty list are sentences that fit", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ content: CONTENT, name: "ubuntu-24.04-server-amd64" });
  const conf = ["--config-file", host.lab.novaConf];
  assertEquals((await onScreen(["cache", "list", ...conf], 80)).lines.slice(-1), [
    `There is nothing in '${host.cache}'`,
  ]);
  assertEquals((await host.run(["fetch", id])).status, 0);
  await Deno.truncate(host.base(id), 5);
  const piped = await run(["cache", "verify", ...conf]);
  const { lines } = await onScreen(["cache", "verify", ...conf], 80);
  assertWhole(lines, piped.stdout, 80);
  assert(lines.length > piped.stdout.trimEnd().split("\n").length);
});

Deno.test("screen: the manual is text on a terminal, and roff in a pipe", async () => {
  const { lines } = await onScreen(["man"], 80);
  assertEquals(lines[0], "GLANCE-DIRECT(1)");
  assertEquals(lines.filter((line) => /^\.[A-Z]{2}|\\f/.test(line)), []);
  assertMatch((await run(["man"])).stdout, /^\.TH /);
});

Deno.test("screen: config show --set without any option says so", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/nova.conf`, "[DEFAULT]\n");
    const args = ["config", "show", "--set", "--config-file", `${directory}/nova.conf`];
    const { status, stdout } = await run(args);
    assertEquals([status, stdout.split(";")[0]], [0, "No option is set"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
