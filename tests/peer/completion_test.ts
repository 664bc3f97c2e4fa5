/**
 * The completion scripts in their shells: each shell is asked for its suggestions.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { dense, noise } from "@lab/embedded/content.ts";
import { startLab } from "@lab/embedded/lab.ts";
import { cli } from "../doubles/cli.ts";
import { peerTest } from "./peer.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DENO_DIRECTORY = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;

type Shell = "bash" | "zsh" | "fish";

const RUNNERS: Readonly<Record<Shell, (script: string, line: string) => readonly string[]>> = {
  bash: (script, line) => {
    // The words as readline splits them: at blanks, and around '='.
    const words = line.split(/\s|(=)/).filter((word) => word !== undefined);
    const ask = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ' +
      '_glance_direct 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"';
    return ["-c", ask, "bash", script, ...words];
  },
  zsh: (script, line) => [
    "-f",
    new URL("completion.zsh", import.meta.url).pathname,
    script,
    line,
  ],
  fish: (script, line) => ["-N", "-c", `source $argv[1]; complete -C $argv[2]`, script, line],
};

/** What is offered at the end of each line, whatever else there may be. */
const LINES: readonly (readonly [line: string, offered: readonly string[], not: string])[] = [
  ["glance-direct ", ["cache", "completion", "config", "fetch", "man", "prefetch"], "prune"],
  ["glance-direct ca", ["cache"], "fetch"],
  ["glance-direct cache ", ["list", "prune", "verify"], "fetch"],
  ["glance-direct -f json -v cache p", ["prune"], "list"],
  ["glance-direct --os-cloud cache fetch --so", ["--source"], "--keep"],
  ["glance-direct fetch --source ", ["auto", "file", "glance", "rbd"], "full"],
  ["glance-direct fetch -v --source=gl", ["glance"], "rbd"],
  ["glance-direct cache prune --form", ["--format"], "--source"],
  ["glance-direct -f ", ["json", "text"], "fetch"],
  ["glance-direct completion ", ["bash", "fish", "zsh"], "fetch"],
  ["glance-direct config show glance.rbd_u", ["glance.rbd_user"], "glance.rbd_pool"],
  ["glance-direct inspect den", ["deno.json", "deno.lock"], "main.ts"],
  ["glance-direct fetch -o den", ["deno.json", "deno.lock"], "main.ts"],
  ["glance-direct prefetch --from den", ["deno.json", "deno.lock"], "main.ts"],
  ["glance-direct --config-dir sr", ["src/"], "deno.json"],
  ["glance-direct --config-file=den", ["deno.json", "deno.lock"], "main.ts"],
  ["glance-direct doctor rb", ["rbd", "rbd.keyring"], "glance.hash"],
  ["glance-direct fetch --config-file CONF deb", ["debian-13"], "two\\ words"],
  ["glance-direct --config-file CONF fetch tw", ["two\\ words"], "debian-13"],
];

for (const shell of Object.keys(RUNNERS) as Shell[]) {
  peerTest(
    `completion ${shell}: the shell offers commands, options and values in their places`,
    { programs: { [shell]: ["--version"] } },
    async () => {
      await using lab = startLab();
      lab.addImage({ name: "debian-13", content: dense(noise(1)) });
      lab.addImage({ name: "two words", content: dense(noise(1)) });
      const directory = await directoryFor(shell);
      try {
        for (const [typed, offered, not] of LINES) {
          const line = typed.replace("CONF", lab.novaConf);
          const found = await offer(shell, directory, line);
          const missing = offered.filter((word) => !found.includes(word));
          assertEquals([line, missing], [line, []], `${line}: ${found.join(" ")}`);
          assert(!found.includes(not), `${shell}: '${line}' also offers '${not}'`);
        }
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
  );
}

/** The script, and a program of the name that it asks, on a PATH of its own. */
async function directoryFor(shell: Shell): Promise<string> {
  const { out, status } = await cli("completion", shell);
  assertEquals(status, 0);
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(join(directory, "script"), out);
  const run = `#!/bin/sh\nexec '${Deno.execPath()}' run --no-prompt -A '${ROOT}main.ts' "$@"\n`;
  await Deno.writeTextFile(join(directory, "glance-direct"), run, { mode: 0o755 });
  return directory;
}

/** Candidates without their descriptions; a directory with a slash, whoever adds it. */
async function offer(shell: Shell, directory: string, line: string): Promise<readonly string[]> {
  // A home of its own: shells write into it.
  const home = await Deno.makeTempDir();
  const { stdout } = await new Deno.Command(shell, {
    args: [...RUNNERS[shell](join(directory, "script"), line)],
    cwd: ROOT,
    env: {
      TERM: "dumb",
      HOME: home,
      PATH: `${directory}:/usr/bin:/bin`,
      // The program itself is run with what is cached: it must not be made again in that home.
      DENO_DIR: DENO_DIRECTORY,
      DENO_NO_UPDATE_CHECK: "1",
    },
    stdin: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(20_000),
  }).output();
  await Deno.remove(home, { recursive: true });
  const lines = new TextDecoder().decode(stdout).replaceAll("\r", "").split("\n");
  const words = shell === "zsh"
    ? lines.filter((each) => each.includes("hit:")).map((each) => each.replace(/.*hit:/, ""))
    : lines.map((each) => each.split("\t")[0] ?? "");
  return words.map((word) => word === "src" ? "src/" : word.replace(/^--[\w-]+=/, ""))
    .map((word) => word.replace(/^two words$/, "two\\ words"));
}
