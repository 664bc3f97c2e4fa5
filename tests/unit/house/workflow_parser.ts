/**
 * GitHub's own parser of workflows; see `workflow_lint.ts` for how it is loaded.
 *
 * @module
 */
export {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
