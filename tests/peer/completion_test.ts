/**
 * The completion scripts in the shells that they are for: each shell is asked what it would offer.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { runCli } from "@/cli.ts";
import { systemContext } from "@/system/context.ts";
import { peerTest } from "./peer.ts";

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
];

for (const shell of Object.keys(RUNNERS) as Shell[]) {
  peerTest(
    `completion ${shell}: the shell offers commands, options and values in their places`,
    { programs: { [shell]: ["--version"] } },
    async () => {
      const script = await scriptFor(shell);
      try {
        for (const [line, offered, not] of LINES) {
          const found = await offer(shell, script, line);
          const missing = offered.filter((word) => !found.includes(word));
          assertEquals([line, missing], [line, []], `${line}: ${found.join(" ")}`);
          assert(!found.includes(not), `${shell}: '${line}' also offers '${not}'`);
        }
      } finally {
        await Deno.remove(script);
      }
    },
  );
}

async function scriptFor(shell: Shell): Promise<string> {
  let text = "";
  const context = { ...systemContext(), onStatusRequest: () => {} };
  const terminal = { ...context.terminal, out: (piece: string) => void (text += piece) };
  const never = new AbortController().signal;
  assertEquals(await runCli(["completion", shell], { ...context, terminal }, never), 0);
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, text);
  return path;
}

/** Candidates without their descriptions; a directory with a slash, whoever adds it. */
async function offer(shell: Shell, script: string, line: string): Promise<readonly string[]> {
  // A home of its own: shells write into it.
  const home = await Deno.makeTempDir();
  const { stdout } = await new Deno.Command(shell, {
    args: [...RUNNERS[shell](script, line)],
    cwd: new URL("../../", import.meta.url).pathname,
    env: { TERM: "dumb", HOME: home },
    stdin: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(20_000),
  }).output();
  await Deno.remove(home, { recursive: true });
  const lines = new TextDecoder().decode(stdout).replaceAll("\r", "").split("\n");
  const words = shell === "zsh"
    ? lines.filter((each) => each.includes("hit:")).map((each) => each.replace(/.*hit:/, ""))
    : lines.map((each) => each.split("\t")[0] ?? "");
  return words.map((word) => word === "src" ? "src/" : word.replace(/^--[\w-]+=/, ""));
}
