import { z } from 'zod';
import { defineTool, reads, type DefinedTool } from '../define-tool.ts';
import { endpointReference } from './endpoint-reference.ts';
import { guideWalkthrough } from './guide-walkthrough.ts';
import { integrationGuide } from './integration-guide.ts';

/** The three pages an agent needs to write tasks. */
export const documentationTools: readonly DefinedTool[] = [
  page(
    'ratchet_get_developer_endpoint_reference',
    'Task API',
    'What task code can use: globals, fetch, errors, fields of metadata.',
    endpointReference,
  ),
  page(
    'ratchet_get_developer_integration_guide',
    'Write a task',
    'How to write a task with tests and mocks, with a whole example.',
    () => integrationGuide,
  ),
  page(
    'ratchet_get_developer_guide_walkthrough',
    'Walkthrough',
    'Which tool when: from nothing to a tested task on two servers.',
    () => guideWalkthrough,
  ),
];

function page(name: `ratchet_${string}`, title: string, description: string, text: () => string): DefinedTool {
  return defineTool({
    name,
    title,
    description,
    kind: 'monitor',
    hints: reads,
    input: z.object({}),
    output: z.object({ markdown: z.string() }),
    run: async () => ({ answer: { markdown: text() }, text: (sent) => sent.markdown }),
  });
}
