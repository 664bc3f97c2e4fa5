/**
 * The recipes of .github/DEPLOYMENTS.md: their snippets can be parsed, and name what the package has.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { parse } from "yaml";
import { SHIPPED_DIRECTORY, SITE_MODULE, SITE_PTH } from "@/nova/hook_files.ts";
import { snippets } from "../../doubles/recipes.ts";

/** Recipes in which nova-compute is in a container. */
const CONTAINERS = ["Kolla-Ansible", "OpenStack-Helm", "RHOSO (edpm)"];

Deno.test("deployments: every recipe has its snippets, and each can be parsed", () => {
  for (const { language, text } of snippets()) {
    if (language === "yaml") assert(parse(text, { strict: true }) !== null, text);
    if (language === "ini") assert([...text.matchAll(/^\[\w+\]$/gm)].length > 0, text);
  }
  const recipes = new Set(snippets().map(({ recipe }) => recipe));
  assertEquals(recipes.size, 8, [...recipes].join());
});

for (const recipe of CONTAINERS) {
  Deno.test(`deployments: ${recipe} mounts the program and both files of the hook`, () => {
    const text = snippets().filter((one) => one.recipe === recipe).map(({ text }) => text).join();
    for (const name of [SITE_MODULE, SITE_PTH]) {
      assert(text.includes(`${SHIPPED_DIRECTORY}/${name}`), name);
      assert(new RegExp(`/site-packages/${name.replace(".", "\\.")}`).test(text), name);
    }
    assert(text.includes("/usr/bin/glance-direct"));
  });
}

Deno.test("deployments: the values of OpenStack-Helm mount each volume that they define", () => {
  const [{ text = "" } = {}] = snippets().filter(({ recipe, language }) =>
    recipe === "OpenStack-Helm" && language === "yaml"
  );
  const { volumeMounts, volumes } = parse(text).pod.mounts.nova_compute.nova_compute;
  const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  assertEquals(namesOf(volumeMounts), namesOf(volumes));
});
