/**
 * The compiled-in permissions have what the source needs, by exact name, and nothing that extends
 * them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { setProgram } from "../../../.ci/bundle.ts";
import { ENVIRONMENT, permissionFlags, PROGRAMS } from "../../../.ci/permissions.ts";
import { readText, sourceFiles, withoutComments } from "./tree.ts";

const NAMES: readonly string[] = Object.values(ENVIRONMENT).flat();

function mayRead(name: string): boolean {
  return NAMES.some((pattern) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern
  );
}

Deno.test("permissions: every environment variable that the source reads by name is granted", () => {
  const read = sourceFiles().flatMap(({ text }) =>
    [...withoutComments(text).matchAll(/\benv\.get\(\s*"([^"]+)"/g)].map(([, name = ""]) => name)
  );
  assert(read.includes("NO_COLOR"), "the search finds what is known to be there");
  assertEquals(read.filter((name) => !mayRead(name)), []);
});

Deno.test("permissions: programs may be started by absolute path only", () => {
  assertEquals(PROGRAMS.filter(({ path }) => !/^\/[\w/.-]+$/.test(path)), []);
});

Deno.test("permissions: nothing can load native code or remote modules, or ask for more", () => {
  const flags = permissionFlags(["/usr/bin/rbd"]);
  assert(["--no-prompt", "--deny-ffi", "--deny-import"].every((flag) => flags.includes(flag)));
  assertEquals(
    flags.filter((flag) => /^--allow-(?:all|run|env|sys|ffi|import|scripts)$/.test(flag)),
    [],
  );
  assert(!permissionFlags([]).some((flag) => flag.startsWith("--allow-run")));
});

Deno.test("permissions: the README lists every variable and every program", () => {
  const readme = readText("README.md");
  const asked = [...NAMES, ...PROGRAMS.map(({ path }) => path)];
  assertEquals(asked.filter((name) => !readme.includes(`\`${name}\``)), []);
});

Deno.test("setProgram changes every occurrence of the path, and returns the one in force", () => {
  const script = `var RBD_PROGRAM = "/usr/bin/rbd";\nrun(RBD_PROGRAM);`;
  assertEquals(setProgram(script, "RBD_PROGRAM", undefined), { script, path: "/usr/bin/rbd" });
  assertEquals(setProgram(script, "RBD_PROGRAM", "/opt/$1/rbd"), {
    script: `var RBD_PROGRAM = "/opt/$1/rbd";\nrun(RBD_PROGRAM);`,
    path: "/opt/$1/rbd",
  });
  assertEquals(setProgram(script, "QEMU_IMG_PROGRAM", "/x"), { script });
});
