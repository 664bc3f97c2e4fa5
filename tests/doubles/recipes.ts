/**
 * The snippets of the deployments' recipes.
 *
 * @module
 */

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
