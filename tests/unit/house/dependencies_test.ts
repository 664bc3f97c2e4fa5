/**
 * No package is added unnoticed: the README's table explains the content of `deno.lock`.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { readText } from "./tree.ts";

interface Lock {
  readonly npm: Readonly<Record<string, { readonly scripts?: boolean }>>;
}

const LOCK: Lock = JSON.parse(readText("deno.lock"));

/** `@scope/name` of a key such as `@scope/name@1.2.3_peer@4.5.6`. */
function packageName(key: string): string {
  return key.slice(0, key.indexOf("@", 1));
}

/** First cells of the table below the heading "Dependencies". */
function explained(): readonly string[] {
  const section = /^## Dependencies\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readText("README.md"))
    ?.[1];
  return [...(section ?? "").matchAll(/^\| `([^`]+)` /gm)].map(([, name = ""]) => name);
}

Deno.test("dependencies: the README explains exactly the packages of deno.lock", () => {
  assertEquals([...explained()].sort(), Object.keys(LOCK.npm).map(packageName).sort());
});

Deno.test("dependencies: no package runs a script when it is installed", () => {
  const scripted = Object.entries(LOCK.npm).filter(([, entry]) => entry.scripts !== undefined);
  assertEquals(scripted.map(([key]) => key), []);
});
