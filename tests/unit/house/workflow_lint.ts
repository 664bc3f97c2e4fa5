/**
 * GitHub's verdict on a workflow: unknown keys and values, invalid expressions, a need of a job
 * that does not exist. The judge is GitHub's own parser.
 *
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";

type Parser = typeof import("./workflow_parser.ts");

/** Judges the text of a workflow. @returns What is wrong, a sentence with line and column each. */
export type WorkflowLint = (name: string, content: string) => Promise<readonly string[]>;

/** Loads the parser. @throws {Error} If it cannot be bundled. */
export async function workflowLint(): Promise<WorkflowLint> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await loadParser();
  return async (name, content) => {
    const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
    // The conversion adds what no schema can tell, such as the needs of jobs, to the same errors.
    if (value !== undefined) await convertWorkflowTemplate(context, value);
    return context.errors.getErrors().map(({ message }) => message);
  };
}

/** Bundled before it is imported: it imports JSON without the attribute that Deno asks for. */
async function loadParser(): Promise<Parser> {
  const source = fileURLToPath(new URL("./workflow_parser.ts", import.meta.url));
  const directory = await Deno.makeTempDir();
  try {
    const bundle = `${directory}/parser.js`;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", "--quiet", "--frozen", "--output", bundle, source],
      stdin: "null",
    }).output();
    if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
    return await import(pathToFileURL(bundle).href);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
