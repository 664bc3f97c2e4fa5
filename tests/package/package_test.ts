/**
 * The result of `deno task package`: lintian reports no error, the package installs, runs and
 * leaves nothing behind, and its documents are correct.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";

const TOP = new URL("../../", import.meta.url).pathname;
const RELEASE = `${TOP}dist/release/`;
const MANIFEST: { readonly version: string } = JSON.parse(Deno.readTextFileSync(`${TOP}deno.json`));
const NAMES = [...Deno.readDirSync(RELEASE)].map(({ name }) => name);

/** The one file of the release with an ending. */
function released(ending: string): string {
  const [name, ...others] = NAMES.filter((each) => each.endsWith(ending));
  assert(name !== undefined && others.length === 0, `one '${ending}' in ${NAMES}`);
  return RELEASE + name;
}

/** Runs a program that must succeed; gives what it printed. */
async function output(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd: RELEASE }).output();
  const printed = new TextDecoder().decode(stdout);
  assertEquals(
    code,
    0,
    `${program} ${args.join(" ")}: ${printed}${new TextDecoder().decode(stderr)}`,
  );
  return printed;
}

/** dpkg on a root of its own, so that the machine stays as it is. */
function dpkg(root: string, ...args: string[]): Promise<string> {
  const own = [`--root=${root}`, "--force-depends", "--force-script-chrootless", "--log=/dev/null"];
  return output("dpkg", ...own, ...args);
}

/** Every file below a directory, without dpkg's own records. */
function filesBelow(directory: string): readonly string[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (path.endsWith("/var/lib/dpkg")) return [];
    return entry.isDirectory ? filesBelow(path) : [path];
  });
}

/** Makes the records of a dpkg that has installed nothing. */
async function makeRecords(root: string): Promise<void> {
  for (const name of ["info", "updates", "triggers"]) {
    await Deno.mkdir(`${root}/var/lib/dpkg/${name}`, { recursive: true });
  }
  for (const name of ["status", "available"]) {
    await Deno.writeTextFile(`${root}/var/lib/dpkg/${name}`, "");
  }
}

/** A directory that is gone at the end of the test. */
async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("package: lintian finds no error and no warning", async () => {
  const complaints = await output("lintian", "--fail-on", "error,warning", released(".deb"));
  assertEquals(complaints.split("\n").filter((line) => /^[EW]:/.test(line)), []);
});

Deno.test("package: it installs, runs as installed, and a purge leaves no file behind", async () => {
  await using root = await temporaryDirectory();
  await makeRecords(root.path);
  await dpkg(root.path, "--install", released(".deb"));
  const version = await output(`${root.path}/usr/bin/glance-direct`, "--version");
  assertEquals(version.trim(), MANIFEST.version);
  assert(filesBelow(root.path).length > 10);
  await output("systemctl", `--root=${root.path}`, "enable", "glance-direct-prefetch.timer");
  await dpkg(root.path, "--purge", "glance-direct");
  assertEquals(filesBelow(root.path), []);
});

Deno.test("package: it has the two files of nova's hook that a container mounts", async () => {
  await using root = await temporaryDirectory();
  await output("dpkg-deb", "--extract", released(".deb"), root.path);
  const directory = `${root.path}/usr/lib/glance-direct/site-packages`;
  const installed = [`${root.path}/usr/bin/glance-direct`, "hook", "install", "--force"];
  await Deno.mkdir(`${root.path}/site`);
  const [program = "", ...args] = installed;
  await output(program, ...args, "--root", root.path, "--site-packages", "/site");
  for (const name of ["glance_direct_nova.py", "glance_direct_nova.pth"]) {
    const shipped = await Deno.readTextFile(`${directory}/${name}`);
    assertEquals(shipped, await Deno.readTextFile(`${root.path}/site/${name}`));
  }
});

Deno.test("package: the guides that README.md names are beside it, and refer back to it", async () => {
  await using root = await temporaryDirectory();
  await output("dpkg-deb", "--extract", released(".deb"), root.path);
  const directory = `${root.path}/usr/share/doc/glance-direct`;
  const linked = async (name: string) => {
    const text = await Deno.readTextFile(`${directory}/${name}`);
    return [...text.matchAll(/\]\(([\w./]+\.md)/g)].map(([, target = ""]) => target);
  };
  const guides = (await linked("README.md")).filter((target) => !target.includes("/"));
  for (const name of guides.filter((target) => target !== "CHANGELOG.md")) {
    assertEquals((await linked(name)).includes("../README.md"), false, name);
  }
  assert(["DEPLOYMENTS.md", "OPERATIONS.md", "SEALS.md"].every((name) => guides.includes(name)));
});

Deno.test("package: systemd accepts the units", async () => {
  await using root = await temporaryDirectory();
  await output("dpkg-deb", "--extract", released(".deb"), root.path);
  const units = `${root.path}/usr/lib/systemd/system`;
  await output(
    "sh",
    "-c",
    `cp -L /lib/systemd/system/*.target /lib/systemd/system/*.slice ${units}`,
  );
  const names = ["service", "timer"].map((kind) => `glance-direct-prefetch.${kind}`);
  await output("systemd-analyze", "verify", "--man=no", `--root=${root.path}`, ...names);
});

Deno.test("package: the manual pages have no fault, and bash can read its completions", async () => {
  await using root = await temporaryDirectory();
  await output("dpkg-deb", "--extract", released(".deb"), root.path);
  const share = `${root.path}/usr/share`;
  for (const section of [1, 5]) {
    const page = `${share}/man/man${section}/glance-direct.${section}.gz`;
    const { stderr } = await new Deno.Command("man", { args: ["--warnings", "-l", page] }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
  }
  await output("bash", "-n", `${share}/bash-completion/completions/glance-direct`);
});

Deno.test("package: the checksums are right and cover every file", async () => {
  const checked = await output("sha256sum", "--check", "--strict", "SHA256SUMS");
  const names = NAMES.filter((name) => name !== "SHA256SUMS").sort();
  assertEquals(checked.trim().split("\n"), names.map((name) => `${name}: OK`));
});

Deno.test("package: the bill of materials has the runtime and what main.ts reaches, nothing of the tests", async () => {
  const bill = JSON.parse(await Deno.readTextFile(released(".spdx.json")));
  const named: readonly string[] = bill.packages.map(({ name }: { name: string }) => name);
  const info = JSON.parse(await output(Deno.execPath(), "info", "--json", `${TOP}main.ts`));
  const reached = info.modules.flatMap(({ npmPackage }: { npmPackage?: string }) =>
    npmPackage?.replace(/(?<=.)@.*/, "") ?? []
  );
  // Its module only re-exports commander: nothing of it is left in the executable.
  const wanted = new Set(["deno", "glance-direct", ...reached]);
  wanted.delete("@commander-js/extra-typings");
  assertEquals([...wanted].filter((name) => !named.includes(name)), []);
  assertEquals(
    named.filter((name) => /^(?:deno-std|fast-check|pure-rand|@types\/.*)$/.test(name)),
    [],
  );
});
