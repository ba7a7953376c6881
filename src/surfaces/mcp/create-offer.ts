import type { McpOffer, McpResourceTemplate } from './offer.ts';
import { explainFailurePrompt } from './prompts/explain-failure.ts';
import { fixTaskPrompt } from './prompts/fix-task.ts';
import { writeTaskPrompt } from './prompts/write-task.ts';
import { executionResources } from './resources/execution-resources.ts';
import { listResources } from './resources/list-resources.ts';
import { resourceReader } from './resources/read-resource.ts';
import { taskResources } from './resources/task-resources.ts';
import { templateResources } from './resources/template-resources.ts';
import { allTools } from './tools/all-tools.ts';
import type { DefinedTool } from './tools/define-tool.ts';
import { instructions } from './tools/instructions.ts';
import { taskTools } from './tools/tasks/task-tools.ts';

/** The offer, with the schemas of its tools in full. */
export interface DefinedOffer extends McpOffer {
  readonly tools: readonly DefinedTool[];
}

/** Everything that is offered to MCP clients. Holds nothing of a client; made once for each process. */
export function createOffer(): DefinedOffer {
  const kinds = [...taskResources, ...executionResources, ...templateResources];
  return {
    tools: allTools(),
    taskTools,
    resources: listResources,
    resourceTemplates: kinds.map(({ read: _read, ...template }): McpResourceTemplate => template),
    read: resourceReader(kinds),
    prompts: [writeTaskPrompt, fixTaskPrompt, explainFailurePrompt],
    instructions,
  };
}
