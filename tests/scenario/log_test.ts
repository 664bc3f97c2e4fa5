/**
 * The program's log on standard error.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { altered, dense, noise } from "@lab/embedded/content.ts";
import { Host } from "./host.ts";
import { BINARY, bound, run } from "./program.ts";

const CONTENT = dense(noise(1 << 20));

/** An image whose copy in Ceph is wrong, so that a fetch has something to warn of. */
function warned(host: Host): readonly string[] {
  const { id } = host.lab.addImage({ content: CONTENT, rbd: altered(CONTENT, 1000) });
  return ["fetch", id, "--config-file", host.lab.novaConf];
}

/** Standard error in a file that `JOURNAL_STREAM` names, as the journal's socket would be. */
async function journal(args: readonly string[], isOurs: boolean): Promise<readonly string[]> {
  const log = await Deno.makeTempFile();
  try {
    const named = isOurs ? log : "/";
    const script = `JOURNAL_STREAM=$(stat -c %d:%i ${named}) exec ${BINARY} "$@" 2>${log}`;
    const { code } = await new Deno.Command("sh", {
      args: ["-c", script, "sh", ...args],
      stdout: "null",
      signal: bound(),
    }).output();
    assertEquals(code, 0, await Deno.readTextFile(log));
    return (await Deno.readTextFile(log)).trimEnd().split("\n");
  } finally {
    await Deno.remove(log);
  }
}

Deno.test("log: each record has a priority in the journal, and only there", async () => {
  await using host = new Host();
  assertEquals((await run(["--version"])).status, 0, "the program is compiled");
  const records = await journal([...warned(host), "-v"], true);
  assert(records.every((line) => /^<[3-7]>\S/.test(line)), records.join("\n"));
  assertEquals(records.filter((line) => line.startsWith("<4>rbd failed: ")).length, 1);
  // nova-compute's children inherit the variable, but nova reads what they write.
  const others = await journal(warned(host), false);
  assert(others.every((line) => line.startsWith("glance-direct: ")), others.join("\n"));
});

Deno.test("log: --log-format and --progress json make each line of standard error an object", async () => {
  await using host = new Host();
  const args = [...warned(host), "--log-format", "json", "--progress", "json", "-v"];
  // A second for the image: progress is due after a quarter.
  const { status, stderr } = await run([...args, "--limit-rate", "1M"]);
  assertEquals(status, 0, stderr);
  const types = stderr.trimEnd().split("\n").map((line) => JSON.parse(line).type);
  assertEquals(new Set(types), new Set(["attempt", "log", "progress", "verified"]));
  assertEquals(types.at(-1), "verified");
});

Deno.test("log: -vv logs each HTTP request with its answer and the id of OpenStack's request", async () => {
  await using host = new Host({ keystone: true });
  const { status, stderr } = await run([...warned(host), "-vv"]);
  assertEquals(status, 0, stderr);
  assertMatch(stderr, /GET 'http:\/\/127\.0\.0\.1:\d+\/v2\/images\/[^']+'/);
  assertMatch(stderr, /req-[0-9a-f-]{36}/);
  assertMatch(stderr, /X-Auth-Token\S* \{SHA256\}[0-9a-f]{64}/i);
});

Deno.test("log: -q leaves only warnings, -f json leaves only the result on standard output", async () => {
  await using host = new Host();
  const { stderr, stdout } = await host.run([...warned(host).slice(0, 2), "-q"]);
  assertEquals(stderr.trimEnd().split("\n").length, 1);
  assertMatch(stderr, /^glance-direct: warning: rbd failed: /);
  assertEquals(JSON.parse(stdout).source, "glance");
});

Deno.test("log: a host name in an endpoint causes no message of the runtime", async () => {
  // Deno 2.5 warned of its own use of punycode; whether the name is known does not matter.
  const endpoint = "--os-image-endpoint-override=http://localhost:1";
  const env = { OS_GLANCE__NUM_RETRIES: "0" };
  const { status, stderr } = await run(["fetch", "ubuntu", endpoint], { env });
  assertEquals(status, 69, stderr);
  assertMatch(stderr, /^(?:glance-direct: [^\n]+\n)+$/);
});
