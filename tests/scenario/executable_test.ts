/**
 * The executable itself: it runs anywhere, starts fast, leaves nothing behind, has the intended
 * permissions, and is the same wherever it is compiled.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { assert, assertEquals } from "@std/assert";
import { ENVIRONMENT, SYSTEM } from "../../.ci/permissions.ts";

const TOP = new URL("../../", import.meta.url).pathname;
const EXECUTABLE = Deno.env.get("GLANCE_DIRECT_BIN") ?? `${TOP}dist/glance-direct`;
const { version: VERSION } = JSON.parse(await Deno.readTextFile(`${TOP}deno.json`));

/** What Deno keeps in a compiled file of the permissions given to it; `[]` stands for all. */
interface Baked {
  readonly [flag: `${"allow" | "deny"}_${string}`]: readonly string[] | null;
  readonly prompt: boolean;
}

/** A directory that anyone can read; it is gone at the end of the test. */
async function publicDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  await Deno.chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function output(program: string, options: Deno.CommandOptions): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(program, options).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

async function digest(path: string): Promise<string> {
  return createHash("sha256").update(await Deno.readFile(path)).digest("hex");
}

/** What `deno compile` added: a description in JSON, then the scripts as they are. */
async function embedded(): Promise<string> {
  const text = new TextDecoder("latin1").decode(await Deno.readFile(EXECUTABLE));
  const begin = text.indexOf('"permissions":{"allow_env"');
  assert(begin > 0, "the description stands in the file");
  return text.slice(begin);
}

async function bakedPermissions(): Promise<Baked> {
  return JSON.parse(/\{.*?\}/.exec(await embedded())?.[0] ?? "");
}

Deno.test("executable: runs from any directory, as user nobody, without HOME or any other variable", async () => {
  await using directory = await publicDirectory();
  const copy = `${directory.path}/glance-direct`;
  await Deno.copyFile(EXECUTABLE, copy);
  const nobody = Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const options = { args: ["--version"], clearEnv: true, cwd: "/", ...nobody };
  assertEquals(await output(copy, options), `${VERSION}\n`);
});

/** Seconds of processor time, user and system, that a command takes. */
async function processorTime(command: string): Promise<number> {
  const script = `TIMEFORMAT='%U %S'; time ${command} >/dev/null 2>/dev/null`;
  const { stderr } = await new Deno.Command("bash", { args: ["-c", script] }).output();
  const [user = NaN, system = NaN] = new TextDecoder().decode(stderr).trim().split(" ").map(Number);
  return user + system;
}

/**
 * 100 ms, or as much as eight starts of the same Deno with nothing to run: where other machines of the
 * host take processor time away, both cost twice as much.
 */
Deno.test("executable: costs less than 100 ms of processor time to start, or than eight starts of Deno", async () => {
  await using directory = await publicDirectory();
  await Deno.writeTextFile(`${directory.path}/empty.js`, "");
  const empty = `'${Deno.execPath()}' run --no-config '${directory.path}/empty.js'`;
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run < 9; run++) {
    ours.push(await processorTime(`'${EXECUTABLE}' --version`));
    theirs.push(await processorTime(empty));
  }
  const bound = Math.max(0.1, 8 * Math.min(...theirs));
  assert(Math.min(...ours) < bound, `${ours} s, Deno alone ${theirs} s`);
});

Deno.test("executable: neither writes nor looks for compiled code in the directory of temporary files", async () => {
  await using directory = await publicDirectory();
  await output(EXECUTABLE, { args: ["--help"], env: { TMPDIR: directory.path } });
  assertEquals(await Array.fromAsync(Deno.readDir(directory.path)), []);
});

Deno.test("executable: its part that is not Deno's runtime names no directory of the build host", async () => {
  const file = await Deno.readFile(EXECUTABLE);
  const added = Number(new DataView(file.buffer).getBigUint64(file.length - 8, true));
  const text = new TextDecoder("latin1").decode(file.subarray(-added));
  assert(text.includes("npm:commander/"), "the packages are there");
  assertEquals(text.match(/[^\s"]*(?:\.\.\/){3,}[^\s"]*|[^\s"]*\/npm\/[^\s"]*/g), null);
});

Deno.test("executable: its permissions are those of the list, and no others", async () => {
  const baked = await bakedPermissions();
  assertEquals(baked.allow_env?.toSorted(), Object.values(ENVIRONMENT).flat().toSorted());
  assertEquals(baked.allow_sys?.toSorted(), SYSTEM.toSorted());
  const programs = ["/usr/bin", "/usr/lib/glance-direct"].flatMap((folder) =>
    ["qemu-img", "rbd"].map((name) => `${folder}/${name}`)
  );
  assertEquals(baked.allow_run, programs);
  assertEquals(baked.prompt, false);
  assertEquals([baked.allow_ffi, baked.deny_ffi, baked.deny_import], [null, [], []]);
});

Deno.test("executable: runs no code but its own: none from strings, none by a name that it computes", async () => {
  const text = await embedded();
  const flags: readonly string[] = JSON.parse(/"v8_flags":(\[.*?\])/.exec(text)?.[1] ?? "");
  assert(flags.includes("--disallow-code-generation-from-strings"), `${flags}`);
  assert(text.includes("serveTransfer"), "the scripts are there");
  // `__require` is what the bundler makes of a package that is no module.
  const ways = /\b(?:import|eval|Function|runIn\w*Context)\s*\(|"node:vm"|\b__require\((?!"node:)/g;
  assertEquals(text.match(ways), null);
});

Deno.test("executable: compiled once more, elsewhere, it has the same bytes", async () => {
  await using directory = await publicDirectory();
  const second = `${directory.path}/second`;
  const compile = ["run", "--no-prompt", "-A", ".ci/compile.ts", "--output", second];
  const said = await output(Deno.execPath(), { args: compile, cwd: TOP });
  assert(await digest(EXECUTABLE) === await digest(second), said);
});
