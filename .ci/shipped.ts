/**
 * The files of a package, below `/usr`: the executable, its generated documentation, the units that
 * run it, and the legal files.
 *
 * @module
 */
import { basename } from "node:path";
import { packagedService, PREFETCH_TIMER } from "@/commands/prefetch_units.ts";
import { OPTIONS } from "@/config/options.ts";
import type { Options } from "@/config/option_spec.ts";
import { run } from "./command.ts";
import { SHIPPED_DIRECTORY, siteFiles } from "@/nova/hook_files.ts";
import type { Licence } from "./licence.ts";

/** One file of the package. */
export interface ShippedFile {
  /** Path below `/usr`. */
  readonly path: string;
  /** Its content. */
  readonly content: string | Uint8Array;
  /** Permission bits. @default {0o644} */
  readonly mode?: number;
}

const DOCUMENTATION = "share/doc/glance-direct";

const UNITS = "lib/systemd/system/glance-direct-prefetch";

/** Directories of completions for each shell. */
const COMPLETIONS = {
  bash: "share/bash-completion/completions/glance-direct",
  zsh: "share/zsh/vendor-completions/_glance-direct",
  fish: "share/fish/vendor_completions.d/glance-direct.fish",
};

/** Compresses as Debian requires: maximum level, without name or date. */
export async function gzip(content: string): Promise<Uint8Array> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, content);
    const { stdout } = await new Deno.Command("gzip", { args: ["-9nc", file] }).output();
    return stdout;
  } finally {
    await Deno.remove(file);
  }
}

/** `[glance_direct]` with every option, its help and its default, all commented out. */
export function exampleConfiguration(): string {
  const options: Options = OPTIONS.glance_direct;
  const entries = Object.entries(options).map(([name, option]) =>
    `# ${option.help}\n#${name} = ${option.default ?? ""}\n`.replace(/ +$/gm, "")
  );
  const head = "# Settings of glance-direct, for nova.conf or a file given by --config-file.\n" +
    "# nova ignores this group.\n\n[glance_direct]\n";
  return `${head}\n${entries.join("\n")}`;
}

/** `copyright`, in Debian's machine-readable format, with the text of every licence. */
export function copyright(licences: readonly Licence[]): string {
  const indent = (text: string) =>
    text.trim().split("\n").map((line) => line.trim() === "" ? " ." : ` ${line}`).join("\n");
  const parts = licences.map(({ package: { name, version }, expression, text }) =>
    `Files: usr/bin/glance-direct\nCopyright: see below\nLicense: ${expression}-${
      name.replace(/[^\w.-]/g, "-")
    }\n ${name} ${version}, embedded in the executable:\n .\n${indent(text)}\n`
  );
  return [
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n" +
    "Upstream-Name: glance-direct\n",
    "Files: *\nCopyright: the glance-direct contributors\nLicense: Apache-2.0\n" +
    " On Debian systems, the text is in /usr/share/common-licenses/Apache-2.0.\n",
    ...parts,
  ].join("\n");
}

/** The manual pages and the completions, as printed by the executable. */
async function manual(executable: string): Promise<readonly ShippedFile[]> {
  const pages = ["1", "5"].map(async (section) => ({
    path: `share/man/man${section}/glance-direct.${section}.gz`,
    content: await gzip(`${await run([executable, "man", "--section", section])}\n`),
  }));
  const completions = Object.entries(COMPLETIONS).map(async ([shell, path]) => ({
    path,
    content: `${await run([executable, "completion", shell])}\n`,
  }));
  return await Promise.all([...pages, ...completions]);
}

/** README.md and the guides for operators beside it, their links as they are in the package. */
async function guides(): Promise<readonly ShippedFile[]> {
  const names = ["DEPLOYMENTS.md", "OPERATIONS.md", "SEALS.md", "SECURITY.md"];
  const beside = new RegExp(
    `\\]\\((?:\\.github/(?=${names.join("|")})|\\.\\./(?=README\\.md))`,
    "g",
  );
  const files = ["README.md", ...names.map((name) => `.github/${name}`)].map(async (path) => ({
    path: `${DOCUMENTATION}/${basename(path)}`,
    content: (await Deno.readTextFile(path)).replace(beside, "]("),
  }));
  return await Promise.all(files);
}

/** nova's hook, to be mounted into a container; no Python on the host loads it from there. */
function hookForContainers(): readonly ShippedFile[] {
  return siteFiles(SHIPPED_DIRECTORY)
    .map(({ path, text }) => ({ path: path.replace(/^\/usr\//, ""), content: text }));
}

/** Every file of the package except Debian's changelog. */
export async function shippedFiles(
  executable: string,
  licences: readonly Licence[],
  sbom: object,
): Promise<readonly ShippedFile[]> {
  const packaging = (name: string) =>
    Deno.readTextFile(new URL(`./packaging/${name}`, import.meta.url));
  return [
    { path: "bin/glance-direct", content: await Deno.readFile(executable), mode: 0o755 },
    ...await manual(executable),
    ...hookForContainers(),
    { path: `${UNITS}.service`, content: packagedService() },
    { path: `${UNITS}.timer`, content: PREFETCH_TIMER },
    ...await guides(),
    { path: `${DOCUMENTATION}/copyright`, content: copyright(licences) },
    {
      path: `${DOCUMENTATION}/glance-direct.spdx.json`,
      content: `${JSON.stringify(sbom, null, 2)}\n`,
    },
    { path: `${DOCUMENTATION}/examples/glance-direct.conf`, content: exampleConfiguration() },
    {
      path: `${DOCUMENTATION}/examples/images`,
      content: await packaging("images"),
    },
    {
      path: "share/lintian/overrides/glance-direct",
      content: await packaging("lintian-overrides"),
    },
  ];
}
