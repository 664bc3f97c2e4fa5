/**
 * The snippets of the deployments' recipes.
 *
 * @module
 */
import { parse } from "yaml";

const PATH = new URL("../../.github/DEPLOYMENTS.md", import.meta.url);

/** One fenced block. */
export interface Snippet {
  /** The heading above it. */
  readonly recipe: string;
  /** What it is written in. */
  readonly language: string;
  /** Its text, without what a list indents it by. */
  readonly text: string;
}

/** Every snippet, in its order. */
export function snippets(): readonly Snippet[] {
  const document = Deno.readTextFileSync(PATH);
  return document.split(/^#+ /m).flatMap((section) => {
    const recipe = section.split("\n")[0] ?? "";
    return [...section.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)].map((found) => {
      const [, indent = "", language = "", text = ""] = found;
      return { recipe, language, text: text.replaceAll(new RegExp(`^${indent}`, "gm"), "") };
    });
  });
}

/**
 * The one snippet of a recipe in a language.
 *
 * @throws {Error} If there is none, or more.
 */
export function snippet(recipe: string, language: string): string {
  const [only, ...more] = snippets().filter((one) =>
    one.recipe === recipe && one.language === language
  );
  if (only !== undefined && more.length === 0) return only.text;
  throw new Error(`Expected one snippet of ${language} in '${recipe}', found ${more.length + 1}`);
}

/** What Kolla-Ansible mounts into nova-compute's container, as `SOURCE:DESTINATION:OPTIONS`. */
export function kollaMounts(): readonly string[] {
  return parse(snippet("Kolla-Ansible", "yaml")).nova_compute_extra_volumes;
}

/** What the quadlet's drop-in of RHOSO mounts, in the same form. */
export function rhosoMounts(): readonly string[] {
  return [...snippet("RHOSO (edpm)", "ini").matchAll(/^Volume=(.+)$/gm)]
    .map(([, mount = ""]) => mount);
}
