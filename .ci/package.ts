/**
 * `deno task package`: packs the tested `dist/glance-direct` for release: a Debian package, a
 * tarball and a bill of materials in `dist/release/`, with checksums.
 *
 * @module
 */
import { dirname } from "node:path";
import { readContents } from "./artifact.ts";
import { writeChecksums } from "./checksums.ts";
import { run, runTask, say } from "./command.ts";
import { debianChangelog, makeDebianPackage } from "./debian.ts";
import { licencesOf } from "./licence.ts";
import { billOfMaterials } from "./sbom.ts";
import { gzip, type ShippedFile, shippedFiles } from "./shipped.ts";

const EXECUTABLE = "dist/glance-direct";
const RELEASE = "dist/release";

/** Debian's names of Deno's architectures. */
const DEBIAN_ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
};

/** The date of all files is that of the commit, so that a second build is identical. */
async function sourceDate(): Promise<number> {
  const given = Deno.env.get("SOURCE_DATE_EPOCH");
  return Number(given ?? await run(["git", "log", "-1", "--format=%ct"]));
}

async function write(root: string, files: readonly ShippedFile[]): Promise<number> {
  let size = 0;
  for (const { path, content, mode = 0o644 } of files) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.mkdir(dirname(`${root}/usr/${path}`), { recursive: true, mode: 0o755 });
    await Deno.writeFile(`${root}/usr/${path}`, bytes);
    await Deno.chmod(`${root}/usr/${path}`, mode);
    size += bytes.length;
  }
  return size;
}

/** The same files for hosts without dpkg: unpack with `--strip-components=1 -C /usr/local`. */
async function makeTarball(root: string, name: string, epoch: number): Promise<void> {
  await run([
    "tar",
    "--create",
    "--use-compress-program=gzip -n",
    "--sort=name",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    `--mtime=@${epoch}`,
    `--transform=s,^usr,${name},`,
    `--directory=${root}`,
    `--file=${RELEASE}/${name}.tar.gz`,
    "usr",
  ]);
}

async function makePackages(root: string): Promise<void> {
  const { version } = JSON.parse(await Deno.readTextFile("deno.json"));
  const epoch = await sourceDate();
  const date = new Date(epoch * 1_000);
  const executable = await Deno.readFile(EXECUTABLE);
  const licences = await licencesOf(readContents(executable));
  const lock = JSON.parse(await Deno.readTextFile("deno.lock"));
  const created = date.toISOString().replace(/\.\d+Z$/, "Z");
  const sbom = billOfMaterials({ version, executable, licences, lock, created });

  const files = await shippedFiles(EXECUTABLE, licences, sbom);
  const changelog = await gzip(debianChangelog(version, date));
  const path = "share/doc/glance-direct/changelog.gz";
  const size = await write(root, [...files, { path, content: changelog }]);

  const { arch } = Deno.build;
  const name = `glance-direct-${version}-linux-${arch}`;
  await Deno.writeTextFile(`${RELEASE}/${name}.spdx.json`, `${JSON.stringify(sbom, null, 2)}\n`);
  await makeTarball(root, name, epoch);
  const architecture = DEBIAN_ARCHITECTURES[arch] ?? arch;
  const deb = `${RELEASE}/glance-direct_${version}_${architecture}.deb`;
  await makeDebianPackage(root, { version, architecture, size }, deb, epoch);
}

/** Empties the release directory and fills it. */
async function main(): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.chmod(root, 0o755);
    await Deno.remove(RELEASE, { recursive: true }).catch(() => {});
    await Deno.mkdir(RELEASE, { recursive: true });
    await makePackages(root);
    for (const line of await writeChecksums(RELEASE)) say(line);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

if (import.meta.main) await runTask("package", main);
