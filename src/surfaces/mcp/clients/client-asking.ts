import { executionNotFound, showExecution } from '#executions/stored/operations.ts';
import { jobNotFound, showJobOperation } from '#jobs/operations.ts';
import type { RatchetError } from '#kernel/index.ts';
import { scheduleNotFound, showScheduleOperation } from '#schedules/operations.ts';
import { showTaskOperation } from '#tasks/catalogue/operations.ts';
import { taskNotFound } from '#tasks/index.ts';
import type { Asking } from '../asking.ts';
import { taskOutOfReach } from '../errors.ts';
import type { McpClient } from './client.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Records that belong to a task, by the noun of the operations on them: what shows one, and what is said of one that is not there. */
const records: Readonly<
  Record<string, { readonly taskOf: (ask: Asking, id: string) => Promise<string>; readonly missing: (id: string) => RatchetError }>
> = {
  executions: { taskOf: async (ask, id) => (await ask.call(showExecution, { id })).taskName, missing: (id) => executionNotFound({ id }) },
  jobs: { taskOf: async (ask, id) => (await ask.call(showJobOperation, { id })).taskName, missing: (id) => jobNotFound({ job: id }) },
  schedules: {
    taskOf: async (ask, id) => (await ask.call(showScheduleOperation, { id })).taskName,
    missing: (id) => scheduleNotFound({ schedule: id }),
  },
};
/** Fields that name a task, wherever they stand in an input. */
const taskFields = new Set(['task', 'taskId', 'taskName']);
/** Operations whose `id` is a task although their name begins with another noun. */
const runsTask = new Set(['executions.run']);
/** Operations that reach every task unless they are told which. */
const needsTasks = new Set(['tasks.export']);
/** Operations that may bring or change tasks of any name. */
const boundless = new Set(['tasks.import', 'tasks.discover', 'tasks.sync']);

/**
 * What a client may ask: executions no longer and no larger than its key allows, and nothing of tasks it may not see. Those are answered as
 * if they were not there. Lists leave them out.
 */
export function createClientAsking(inner: Asking, client: McpClient): Asking {
  const bounded = withinQuotas(inner, client);
  if (client.seesEveryTask) return bounded;
  const check = (operation: { readonly name: string; readonly effect?: string }, input: unknown) =>
    refuseOthers(inner, client, operation, fieldsOf(input));
  return {
    async call(operation, input, settings) {
      await check(operation, input);
      const answer = await bounded.call(operation, input, settings);
      return withoutOthers(operation.name, answer, client) as typeof answer;
    },
    async *follow(stream, input, settings) {
      await check(stream, input);
      yield* bounded.follow(stream, input, settings);
    },
  };
}

/** @throws TASK_NOT_FOUND and the like, MCP_TASK_OUT_OF_REACH */
async function refuseOthers(
  ask: Asking,
  client: McpClient,
  { name, effect }: { readonly name: string; readonly effect?: string },
  input: Fields,
): Promise<void> {
  const [noun = ''] = name.split('.');
  const { id } = input;
  const outOfReach = () => taskOutOfReach({ client: client.name, operation: name });
  const named = [...tasksNamedIn(input)];
  if (typeof id === 'string' || typeof id === 'number') {
    if (noun === 'tasks' || runsTask.has(name)) named.push(String(id));
    else await refuseRecord(ask, client, noun, String(id));
  }
  if (typeof input['job'] === 'string') await refuseRecord(ask, client, 'jobs', input['job']);
  if (boundless.has(name) || (needsTasks.has(name) && named.length === 0)) throw outOfReach();
  if (name === 'events.follow' && named.length === 0 && input['job'] === undefined) throw outOfReach();
  if (effect !== 'read' && effect !== undefined && !(noun in records) && noun !== 'tasks' && noun !== 'templates') throw outOfReach();
  if (noun === 'tasks' || noun === 'templates') {
    const { name: newName } = input;
    if (effect !== 'read' && typeof newName === 'string' && !client.maySee(newName)) throw outOfReach();
  }
  for (const task of new Set(named)) {
    const found = await ask.call(showTaskOperation, { id: task });
    if (!client.maySee(found.name)) throw taskNotFound({ ref: task });
  }
}

async function refuseRecord(ask: Asking, client: McpClient, noun: string, id: string): Promise<void> {
  const record = records[noun];
  if (record !== undefined && !client.maySee(await record.taskOf(ask, id))) throw record.missing(id);
}

function* tasksNamedIn(input: Fields): Generator<string> {
  const open: unknown[] = [];
  for (const [key, value] of Object.entries(input)) {
    // What a task is given is its own business, whatever its fields are called.
    if (key === 'input' || key === 'metadata' || key === 'filter') continue;
    if (taskFields.has(key) && (typeof value === 'string' || typeof value === 'number')) yield String(value);
    else if (key === 'tasks' && Array.isArray(value)) yield* value.filter((one) => typeof one === 'string');
    else if (Array.isArray(value)) open.push(...value);
  }
  for (const one of open) if (typeof one === 'object' && one !== null && !Array.isArray(one)) yield* tasksNamedIn(one as Fields);
}

/** What tasks were given and returned is theirs, whatever its fields are called. */
const ownWords = new Set(['input', 'output', 'data', 'metadata', 'result']);

/** An answer without what its lists, at any depth, hold of other tasks: a report names tasks that failed alike. */
function withoutOthers(operation: string, answer: unknown, client: McpClient): unknown {
  const isTasks = operation.startsWith('tasks.');
  const isOthers = (item: unknown, isInItems: boolean) => {
    const { taskName, name } = fieldsOf(item);
    const task = taskName ?? (isTasks && isInItems ? name : undefined);
    return typeof task === 'string' && !client.maySee(task);
  };
  const clean = (value: unknown, key: string): unknown => {
    if (typeof value !== 'object' || value === null || ownWords.has(key)) return value;
    if (Array.isArray(value)) return value.filter((item) => !isOthers(item, key === 'items')).map((item) => clean(item, ''));
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clean(inner, name)]));
  };
  return clean(answer, '');
}

/** Time and memory of executions are at most those of the client, whatever was asked. */
function withinQuotas(inner: Asking, { limits }: McpClient): Asking {
  return {
    call(operation, input, settings) {
      const shape = (operation.input as { readonly shape?: Fields }).shape ?? {};
      const bounds = { timeoutMs: limits.maxExecutionMs, ...(limits.maxMemoryMb === null ? {} : { memoryMb: limits.maxMemoryMb }) };
      const isOfTask = operation.permission === 'task:run' || /^(?:execution|job):create$/.test(operation.permission);
      const given = fieldsOf(input);
      const changed = Object.entries(bounds).flatMap(([name, most]) => {
        if (!isOfTask || !(name in shape)) return [];
        const said = given[name];
        return [[name, typeof said === 'number' ? Math.min(said, most) : most]];
      });
      return inner.call(operation, changed.length === 0 ? input : ({ ...given, ...Object.fromEntries(changed) } as typeof input), settings);
    },
    follow: (stream, input, settings) => inner.follow(stream, input, settings),
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
