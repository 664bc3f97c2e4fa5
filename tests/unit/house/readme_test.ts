/**
 * Every `deno task` that a document tells the reader to type exists, and every task is described.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { filesEnding, readText } from "./tree.ts";

interface Configuration {
  readonly tasks: Readonly<Record<string, string | { readonly description?: string }>>;
}

const { tasks }: Configuration = JSON.parse(readText("deno.json"));

Deno.test("readme: every task that a document or a script names exists", () => {
  const documents = filesEnding(".md", ".yml", "run");
  const named = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:deno(?:@[\d.]+)? task|task "\$\w+") ([a-z][\w:]*)/g)].map((
      [, name = ""],
    ) => ({
      path,
      name,
    }))
  );
  assert(named.length > 0, "the documents name tasks");
  assertEquals(named.filter(({ name }) => !(name in tasks)), []);
});

Deno.test("readme: every task says what it is for", () => {
  const silent = Object.entries(tasks).filter(([, task]) =>
    typeof task === "string" || task.description === undefined
  );
  assertEquals(silent.map(([name]) => name), []);
});
