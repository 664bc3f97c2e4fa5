/**
 * Imports point downwards only: the one rule of the layout.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { findCircle, height, importsOf, room } from "./imports.ts";
import { sourceFiles } from "./tree.ts";

const SOURCES = sourceFiles();

Deno.test("imports: every folder of src has its layer", () => {
  assertEquals(SOURCES.filter(({ path }) => height(path) === -1).map(({ path }) => path), []);
});

Deno.test("imports: no file imports from a higher layer", () => {
  const wrong = SOURCES.flatMap((file) =>
    importsOf(file).filter((target) => height(target) > height(file.path))
      .map((target) => `${file.path} imports ${target}`)
  );
  assertEquals(wrong, []);
});

Deno.test("imports: only the top builds the real world, src/system", () => {
  const wrong = SOURCES.filter((file) =>
    !["system", "cli.ts", "main.ts", "transfer_worker.ts", "metrics_worker.ts"].includes(
      room(file.path),
    ) &&
    importsOf(file).some((target) => room(target) === "system")
  );
  assertEquals(wrong.map(({ path }) => path), []);
});

Deno.test("imports: no file reaches itself", () => {
  const graph = new Map(SOURCES.map((file) => [file.path, importsOf(file)]));
  assert(graph.size > 40, "the graph holds the whole program");
  assertEquals(findCircle(graph), undefined);
});

Deno.test("imports: no folder reaches itself", () => {
  const graph = new Map<string, Set<string>>();
  for (const file of SOURCES) {
    const targets = graph.get(room(file.path)) ?? new Set();
    graph.set(room(file.path), targets);
    for (const target of importsOf(file)) {
      if (room(target) !== room(file.path)) targets.add(room(target));
    }
  }
  assertEquals(findCircle(graph), undefined);
});

Deno.test("importsOf sees static, side-effect, dynamic and re-exporting imports, not documentation", () => {
  const text = [
    `import { a } from "@/errors.ts";`,
    `import type {\n  B,\n} from "./segment.ts";`,
    `import "../context.ts";`,
    `const c = await import("@/ui/table.ts");`,
    `export { d } from "@/cache/lock.ts";`,
    `/**\n * import { e } from "@/cli.ts";\n */`,
    `import { f } from "commander";`,
  ].join("\n");
  assertEquals(importsOf({ path: "src/stream/tap.ts", text }), [
    "src/errors.ts",
    "src/stream/segment.ts",
    "src/context.ts",
    "src/ui/table.ts",
    "src/cache/lock.ts",
  ]);
});

Deno.test("findCircle names the files along the circle", () => {
  const graph = new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", ["b"]]]);
  assertEquals(findCircle(graph), ["b", "d", "b"]);
});
