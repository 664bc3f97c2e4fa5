/**
 * The reader of ceph.conf compared with Ceph's own `ceph-conf`: the same value, or both refuse the
 * file.
 *
 * @module
 */
import { readCephConf } from "@/config/ceph_clusters.ts";
import { CephConf } from "@/config/ceph_conf.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { peerTest } from "./peer.ts";

const PROGRAM = "/usr/bin/ceph-conf";
const USER = "glance";

/** Bodies of `[global]`, each with the option `k`, or without. */
const LINES = [
  "k = a",
  "k=a",
  "k = ",
  "k =",
  "  k = a",
  "\tk\t=\ta\t",
  "k = a # c",
  "k = a; c",
  "k = a#c",
  "k = # c",
  'k = #"',
  "k = a \\# b",
  "k = a\\;b",
  "k = a\\\\b",
  "k = a\\nb",
  "k = a\\ ",
  "k = a\\  # c",
  "k = a\\\n b",
  "k = a \\\nb",
  "k = a\\\\\nj = b",
  "k = a\\\n\\\nb",
  "k \\\n= a",
  "k =\\\na",
  "k = a \\ \nb",
  'k = "a b"',
  "k = 'a b'",
  "k = ''",
  'k = " a "',
  'k = "a" # c',
  'k = "a" ; c',
  'k = "a\\"b"',
  "k = 'a\"b'",
  'k = "a # b"',
  'k = "a;b"',
  'k = "a\\#b"',
  'k = "a"b',
  'k = "a" "b"',
  'k = "a',
  'k = "',
  'k = a"b"',
  'k = a "b',
  "k = a'b",
  'k = \\"a',
  "k = a=b",
  "k = a:b",
  "k = a  b",
  "k = [a]",
  "k = a,b",
  "k: a",
  "k",
  "= a",
  "k = a\n  continued",
  "k = a\nk = b",
  "K = a",
  "k k = b\nk = a",
  "k = $name",
  "k = $cluster-$type-$id-$num",
  "k = ${name}x",
  "k = $name.x",
  "k = $names",
  "k = $nosuch",
  "k = ${nosuch}",
  "k = $$name",
  "k = \\$name",
  "k = $ name",
  "k = $",
  "# k = a",
  "  ; k = a",
  "# c\n\n\t\nk = a",
  "k[0] = a",
  "k = a\rk = b",
  "[glo",
  "[]",
  "[a] x",
  "[a]b]",
  "[a] # c\nk = b",
  "[a]\nk = b",
  "[client]\nk = c",
  "[client.glance]\nk = u",
  "[client.other]\nk = o",
  "[client.gl*]\nk = o",
  "[ client ]\nk = o",
  "[CLIENT]\nk = o",
  "k = g\n[client]\nk = c\n[client.glance]\nk = u",
  "[client.glance]\nk = u\n[client]\nk = c\n[global]\nk = g",
  "[client.glance]\nk =\n[client]\nk = c",
  "[client]\nk = 1\n[client]\nk = 2",
];

/** Whole files. */
const TEXTS = [
  "",
  "\n",
  "# c\n",
  "k = a\n",
  "k = a\n[b]\n",
  " [global]\nk = a\n",
  "[global]\r\nk = a\r\n",
];

/** Spellings of a key with two words. */
const KEYS = ["a b", "a_b", "a  b", "a\tb", "a-b", "a__b", "A B", "a_ b", "_a_b", "a b_"];

const PEERS = { programs: { [PROGRAM]: ["--version"] } };

peerTest("CephConf reads values as ceph-conf does", PEERS, async () => {
  for (const lines of LINES) await compare(`[global]\n${lines}\n`, "k");
});

peerTest(
  "CephConf treats blanks and underscores in keys alike, as ceph-conf does",
  PEERS,
  async () => {
    for (const key of KEYS) await compare(`[global]\n${key} = x\n`, "a_b");
  },
);

peerTest(
  "CephConf reads sections and the lines before them as ceph-conf does",
  PEERS,
  async () => {
    for (const text of TEXTS) await compare(text, "k");
  },
);

peerTest(
  "CephConf finds the cluster's name and the keyrings as ceph-conf does",
  PEERS,
  async () => {
    for (const file of ["ceph.conf", "east.conf", "a.b.conf", "east.cfg", "conf", ".conf"]) {
      const text = "[global]\n";
      const { own, ceph } = await withFile(file, text, async (path) => ({
        own: new CephConf(text, path, USER).keyrings,
        ceph: await cephConf(path, "--show-config-value", "keyring"),
      }));
      assertEquals(own, ceph.text?.split(",").filter((keyring) => keyring !== ""), file);
    }
  },
);

peerTest("readCephConf refuses what is not UTF-8, as ceph-conf does", PEERS, async () => {
  for (
    const [before, after] of [["[global]\n# ", "\nk = a\n"], ["[global]\n\nk = a", ""]] as const
  ) {
    await withFile("ceph.conf", `${before}?${after}`, async (path) => {
      const bytes = await Deno.readFile(path);
      bytes[before.length] = 0xe9;
      await Deno.writeFile(path, bytes);
      const line = before.split("\n").length;
      const ours = assertThrows(() => readCephConf(path, USER, systemFiles), ToolError);
      assertEquals(ours.message, `Cannot read '${path}:${line}': it is not UTF-8`);
      assertEquals(await cephConf(path, "--lookup", "k"), REFUSED);
    });
  }
});

async function compare(text: string, key: string): Promise<void> {
  const { own, ceph } = await withFile("ceph.conf", text, async (path) => ({
    own: ownAnswer(text, path, key),
    ceph: await cephConf(path, "--lookup", key),
  }));
  assertEquals(own, ceph, text);
}

function ownAnswer(text: string, path: string, key: string): Answer {
  try {
    return { text: new CephConf(text, path, USER).get(key), isRefused: false };
  } catch (error) {
    if (error instanceof ToolError && error.code === "config_invalid") return REFUSED;
    throw error;
  }
}

interface Answer {
  readonly text: string | undefined;
  readonly isRefused: boolean;
}

const REFUSED: Answer = { text: undefined, isRefused: true };

async function cephConf(path: string, ...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
    args: ["--conf", path, "--name", `client.${USER}`, ...args],
    clearEnv: true,
  }).output();
  if (new TextDecoder().decode(stderr).includes("error reading config file")) return REFUSED;
  const text = new TextDecoder().decode(stdout).replace(/\n$/, "");
  return { text: code === 0 ? text : undefined, isRefused: false };
}

async function withFile<T>(
  name: string,
  text: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const directory = await Deno.makeTempDir({ prefix: "ceph-conf-" });
  try {
    await Deno.writeTextFile(`${directory}/${name}`, text);
    return await use(`${directory}/${name}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
