import { listTasksOperation, showTaskOperation } from '#tasks/catalogue/operations.ts';
import type { z } from 'zod';
import type { McpTool, ObjectSchema, ToolAnswer, ToolContext } from '../../offer.ts';
import { inputRejected } from '#kernel/index.ts';
import { boundedAnswer, cutText, longestAnswer } from '../bounded-answer.ts';
import { runs } from '../define-tool.ts';
import { inParallel } from '../in-parallel.ts';
import { runExecution } from '../executions/run-execution.ts';

type Task = z.output<typeof showTaskOperation.output>;
type Schema = Readonly<Record<string, unknown>>;

/** Further tasks are run by name; a list of tools that long helps no model. */
const mostTaskTools = 50;
const longestName = 64;
const longestDescription = 300;

/** Tasks whose metadata says `mcp: { tool: true }`, each as a tool that takes what the task takes. */
export async function taskTools(context: ToolContext): Promise<readonly McpTool[]> {
  const { ask, signal, maySee } = context;
  const { items } = await ask.call(
    listTasksOperation,
    { filter: { mcpTool: { eq: true }, enabled: { eq: true } }, sort: { field: 'id', order: 'asc' }, limit: mostTaskTools },
    { signal },
  );
  const tasks = await inParallel(
    items.filter(({ name }) => maySee(name)),
    ({ uuid }) => ask.call(showTaskOperation, { id: uuid }, { signal }),
  );
  const taken = new Set<string>();
  return tasks.map((task) => {
    const name = toolNameOf(task, taken);
    taken.add(name);
    return taskTool(name, task);
  });
}

/**
 * The tool is called as the task. `task_` comes before a name that begins with `ratchet`, which is for tools of the server; a name that is
 * too long or taken by an older task ends with the first eight digits of the task's uuid.
 */
export function toolNameOf({ name, uuid }: Pick<Task, 'name' | 'uuid'>, taken: ReadonlySet<string>): string {
  const wanted = /^ratchet/i.test(name) ? `task_${name}` : name;
  if (wanted.length <= longestName && !taken.has(wanted)) return wanted;
  const ending = `_${uuid.slice(0, 8)}`;
  return `${wanted.slice(0, longestName - ending.length)}${ending}`;
}

function taskTool(name: string, task: Task): McpTool {
  const asInput = objectSchemaOf(task.inputSchema);
  const asOutput = objectSchemaOf(task.outputSchema);
  return {
    name,
    title: task.label,
    description: `${cutText(task.description || task.label, longestDescription)} (runs the task ${task.name}, version ${task.version})`,
    kind: 'execute',
    hints: { ...runs, openWorld: !isClosed(task.metadata['network']) },
    input: asInput ?? wrapped('input', task.inputSchema),
    output: asOutput ?? wrapped('output', task.outputSchema),
    async run(said, context): Promise<ToolAnswer> {
      const input = asInput === null ? insideOf(name, said) : (said ?? {});
      const shown = await runExecution(context, { task: task.uuid, input, timeoutMs: null, record: null, filter: null });
      const meta = { execution_id: shown.uuid, task_id: shown.taskId, version: shown.taskVersion };
      if (shown.status === 'COMPLETED') {
        // What has the form the task promises is not cut, as it would no longer have it; only what is shown as text is.
        const structured = asOutput === null ? { output: shown.output ?? null } : (shown.output as Record<string, unknown>);
        return { structured, text: cutText(JSON.stringify(shown.output ?? null), longestAnswer), meta };
      }
      const error = shown.errorDetails;
      const status = shown.status.toLowerCase();
      const structured = {
        execution_id: shown.uuid,
        status,
        error: error && { code: error.code, message: error.message, hint: error.hint },
      };
      const why = error === null ? `it is ${status}` : `${error.code}: ${error.message}`;
      const next = `ratchet_analyze_execution_error with execution_id ${shown.uuid} says why.`;
      return { structured: boundedAnswer(structured, null), text: `Task execution failed: ${why}\n${next}`, isError: true, meta };
    },
  };
}

/** A schema that a client can take for one of a tool; null for one of anything else than an object, or of a dialect clients do not know. */
function objectSchemaOf(schema: Schema | null): ObjectSchema | null {
  if (schema === null || schema['type'] !== 'object') return null;
  const dialect = schema['$schema'];
  if (typeof dialect === 'string' && !/draft-07|2019-09|2020-12/.test(dialect)) return null;
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  return { ...rest, type: 'object' };
}

function wrapped(field: 'input' | 'output', schema: Schema | null): ObjectSchema {
  const isPlain = schema !== null && typeof schema['type'] === 'string' && !('$ref' in schema);
  const inside = schema === null ? { description: 'any JSON' } : isPlain ? { type: schema['type'] } : {};
  return { type: 'object', properties: { [field]: inside }, required: [field] };
}

function insideOf(operation: string, said: unknown): unknown {
  const { input } = (said ?? {}) as { readonly input?: unknown };
  if (input === undefined) throw inputRejected({ operation, problems: [{ path: 'input', message: 'is needed' }] });
  return input;
}

function isClosed(network: unknown): boolean {
  return Array.isArray(network) && network.length === 0;
}
