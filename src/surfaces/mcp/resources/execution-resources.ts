import { analyzeExecution } from '#analysis/operations.ts';
import { executionLogs, executionRecording, executionTrace, showExecution } from '#executions/stored/operations.ts';
import { inputRejected } from '#kernel/index.ts';
import type { ToolContext } from '../offer.ts';
import { partOfOutput } from '../tools/executions/rest-of-output.ts';
import { completeExecution } from './complete.ts';
import { asJson, type ResourceKind } from './resource-kind.ts';

const completeAny = (variable: string, typed: string, context: ToolContext) =>
  variable === 'execution' ? completeExecution(typed, false, context) : Promise.resolve([]);
const completeFailed = (_variable: string, typed: string, context: ToolContext) => completeExecution(typed, true, context);
const mostLines = 1_000;

/** What is kept of an execution; `{execution}` is its uuid or number. */
export const executionResources: readonly ResourceKind[] = [
  {
    uriTemplate: 'ratchet://executions/{execution}/logs',
    name: 'execution-logs',
    title: 'Log of an execution',
    description: `The first ${mostLines} lines; further ones by ratchet_get_execution_logs.`,
    mimeType: 'text/plain',
    complete: completeAny,
    async read({ execution }, { ask, signal, limits }) {
      const limit = Math.min(mostLines, limits.maxLogEntries);
      const { lines, next } = await ask.call(executionLogs, { id: execution!, limit }, { signal });
      const text = lines.map(({ at, level, message }) => `${at} ${level.toUpperCase()} ${message}`).join('\n');
      return {
        mimeType: 'text/plain',
        text: next === null ? text : `${text}\n(more lines: ratchet_get_execution_logs with after ${next})`,
      };
    },
  },
  {
    uriTemplate: 'ratchet://executions/{execution}/recording',
    name: 'execution-recording',
    title: 'Recording of an execution',
    description: 'Its HTTP exchanges as HAR 1.2, secrets masked.',
    mimeType: 'application/json',
    complete: completeAny,
    read: async ({ execution }, { ask, signal }) =>
      asJson((await ask.call(executionRecording, { id: execution!, format: 'har' }, { signal })).har),
  },
  {
    uriTemplate: 'ratchet://executions/{execution}/trace',
    name: 'execution-trace',
    title: 'Timeline of an execution',
    description: 'Requests, log lines and progress on one axis, in full.',
    mimeType: 'application/json',
    complete: completeAny,
    read: async ({ execution }, { ask, signal }) => asJson(await ask.call(executionTrace, { id: execution! }, { signal })),
  },
  {
    uriTemplate: 'ratchet://executions/{execution}/report',
    name: 'error-report',
    title: 'Report of a failure',
    description: 'Why it failed and what to do, as Markdown.',
    mimeType: 'text/markdown',
    complete: completeFailed,
    async read({ execution }, { ask, signal }) {
      const { markdown, analysis } = await ask.call(analyzeExecution, { id: execution!, format: 'markdown' }, { signal });
      return { mimeType: 'text/markdown', text: markdown ?? analysis.rootCause };
    },
  },
  {
    uriTemplate: 'ratchet://executions/{execution}/output/{offset}',
    name: 'execution-output',
    title: 'Part of an output',
    description: `${partOfOutput} characters of the output as JSON text, from an offset.`,
    mimeType: 'text/plain',
    complete: completeAny,
    async read({ execution, offset }, { ask, signal }) {
      const from = Number(offset);
      if (!Number.isSafeInteger(from) || from < 0) {
        throw inputRejected({
          operation: 'resources/read',
          problems: [{ path: 'offset', message: `is no number of characters: ${offset}` }],
        });
      }
      const { output } = await ask.call(showExecution, { id: execution! }, { signal });
      return { mimeType: 'text/plain', text: JSON.stringify(output ?? null).slice(from, from + partOfOutput) };
    },
  },
];
