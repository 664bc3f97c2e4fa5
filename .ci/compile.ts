/**
 * `deno task compile`: makes `dist/glance-direct`, one executable with its permissions compiled in.
 *
 * @example
 * ```sh
 * deno task compile
 * deno task compile --output /tmp/glance-direct --rbd /opt/ceph/bin/rbd
 * deno task compile --target aarch64-unknown-linux-gnu
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { dirname, resolve } from "node:path";
import { Bundler, filesBelow } from "./bundle.ts";
import { run, runTask, say } from "./command.ts";
import { permissionFlags, PROGRAMS } from "./permissions.ts";
import { chooseToolchain, type Toolchain } from "./toolchain.ts";

/**
 * Fixed flags. No code cache: the program would read compiled code from a file with a predictable
 * name in `/tmp`, where another local user can put one. No code from strings: only the compiled
 * scripts run, and they import nothing by a computed name.
 */
export const COMPILE_FLAGS: readonly string[] = [
  "--quiet",
  "--no-check",
  "--no-config",
  "--no-lock",
  "--no-npm",
  "--no-remote",
  "--no-code-cache",
  "--unstable-worker-options",
  "--v8-flags=--disallow-code-generation-from-strings",
];

/** @throws {Error} If a parent directory would be embedded with its packages. */
function refusePackagesAbove(directory: string): void {
  for (let at = directory; at !== dirname(at); at = dirname(at)) {
    for (const { name } of Deno.readDirSync(at)) {
      if (name === "package.json" || name === "node_modules") {
        throw new Error(`Cannot compile in '${directory}': '${at}/${name}' would be embedded`);
      }
    }
  }
}

/** Compiles the content of `directory`; the file gets its name only when it is complete. */
async function link(
  toolchain: Toolchain,
  directory: string,
  flags: readonly string[],
  output: string,
): Promise<void> {
  const made = `${directory}/glance-direct`;
  await run([toolchain.deno, "compile", ...COMPILE_FLAGS, ...flags, "--output", made, "main.js"], {
    cwd: directory,
    ...(toolchain.runtime === undefined ? {} : { env: { DENORT_BIN: toolchain.runtime } }),
  });
  await Deno.mkdir(dirname(output), { recursive: true });
  await Deno.copyFile(made, `${output}.part`);
  await Deno.rename(`${output}.part`, output);
}

/** Options of the command line. */
interface CompileOptions {
  /** Path of the executable to make. */
  readonly output: string;
  /** Triple to compile for. */
  readonly target: string;
  /** Paths of programs, by build flag, that differ from the source's. */
  readonly programs: Readonly<Record<string, string | undefined>>;
}

function given(values: Readonly<Record<string, unknown>>, flag: string): string | undefined {
  return typeof values[flag] === "string" ? values[flag] : undefined;
}

/** @throws {Error} If an option is unknown or a path is not absolute. */
function parseOptions(args: readonly string[]): CompileOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      output: { type: "string", short: "o", default: "dist/glance-direct" },
      target: { type: "string", default: Deno.build.target },
      ...Object.fromEntries(PROGRAMS.map(({ flag }) => [flag, { type: "string" } as const])),
    },
  });
  const programs = Object.fromEntries(PROGRAMS.map(({ flag }) => [flag, given(values, flag)]));
  for (const path of Object.values(programs)) {
    if (path !== undefined && !/^\/[\w./+-]+$/.test(path)) {
      throw new Error(`Cannot grant '${path}': an absolute path of plain characters is needed`);
    }
  }
  return { output: resolve(values.output), target: values.target, programs };
}

/** Makes one executable. */
async function compile(options: CompileOptions): Promise<void> {
  const toolchain = await chooseToolchain(options.target);
  say(`compile: ${toolchain.reason}`);
  const directory = await Deno.makeTempDir({ prefix: "glance-direct-" });
  try {
    refusePackagesAbove(directory);
    const paths = new Map(PROGRAMS.map((program) => [program, options.programs[program.flag]]));
    const sources = await Array.fromAsync(filesBelow("src"));
    const bundle = await new Bundler(toolchain.deno, sources, directory, paths).bundle("main.ts");
    const includes = bundle.companions.flatMap((name) => ["--include", name]);
    const permissions = permissionFlags(bundle.programs);
    await link(
      toolchain,
      directory,
      ["--target", options.target, ...permissions, ...includes],
      options.output,
    );
    const { size } = await Deno.stat(options.output);
    say(`compile: ${options.output}, ${(size / 1e6).toFixed(1)} MB`);
    say(`compile: permissions ${permissions.join(" ")}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) {
  // Behind a proxy with its own certificate authority, npm works for Node but not for Deno.
  if (Deno.env.get("DENO_TLS_CA_STORE") === undefined) {
    Deno.env.set("DENO_TLS_CA_STORE", "system,mozilla");
  }
  await runTask("compile", () => compile(parseOptions(Deno.args)));
}
