import { inputRejected } from '#kernel/index.ts';
import { GraphQLInputObjectType, GraphQLNonNull, type GraphQLInputFieldConfig, type GraphQLObjectType } from 'graphql';
import type { GraphqlContext, Thing } from './context.ts';
import { mcpFields } from './legacy-mcp.ts';
import { PaginationInput } from './list-fields.ts';
import { pascalCase } from './names.ts';
import type { Field, Fields, OutputTypes } from './outputs.ts';
import { scalars } from './scalars.ts';
import { always, listOf } from './wrap.ts';

/** What documents of earlier versions say, put as the operations of today. Nothing here knows how anything is done. */
export interface LegacyParts {
  readonly outputs: OutputTypes;
  readonly nounType: (type: string) => GraphQLObjectType | null;
  /** Whether an operation is served here. */
  readonly has: (operation: string) => boolean;
}

const arg = (type: GraphQLInputFieldConfig['type'], description: string): GraphQLInputFieldConfig => ({ type, description });

/** Fields that were one piece of JSON and are objects now: without a selection they are asked for as a whole. */
const onceJson: readonly (readonly [type: string, field: string])[] = [
  ['Execution', 'errorDetails'],
  ['Execution', 'httpRequests'],
];

/** Marks them for whoever reads documents. */
export function markOnceJson(typeOf: (type: string) => GraphQLObjectType | null): void {
  for (const [type, name] of onceJson) {
    const field = typeOf(type)?.getFields()[name];
    if (field !== undefined) field.extensions = { ...field.extensions, isOnceJson: true };
  }
}

/** Fields that types had under other names. */
export function olderFields(type: string, outputs: OutputTypes): Fields {
  const same = (key: string, of: typeof scalars.int | typeof scalars.DateTime): Field => ({
    type: of,
    description: `The same as ${key}.`,
    deprecationReason: `Ask for ${key}.`,
    resolve: (from) => from[key] ?? null,
  });
  switch (type) {
    case 'Job':
      return { createdAt: same('queuedAt', scalars.DateTime), outputDestinations: destinationsField('Job', outputs) };
    case 'Schedule':
      return { outputDestinations: destinationsField(null, outputs) };
    case 'ExecutionStats': {
      const counts = ['pending', 'running', 'completed', 'failed', 'cancelled'];
      return Object.fromEntries(counts.map((status) => [status, same(`${status}Executions`, scalars.int)]));
    }
    case 'TaskStats':
      return {
        totalExecutions: ofExecutions('totalExecutions', 'Executions that are stored.'),
        successfulExecutions: ofExecutions('completedExecutions', 'Executions that completed.'),
        failedExecutions: ofExecutions('failedExecutions', 'Executions that failed.'),
        averageExecutionTimeMs: { ...ofExecutions('averageDurationMs', 'Of the latest 1,000 that completed.'), type: scalars.float },
      };
    default:
      return {};
  }
}

function ofExecutions(key: string, description: string): Field {
  return {
    type: scalars.int,
    description,
    extensions: { cost: 1 },
    resolve: async (_from, _args, { ask }) => ((await ask('executions.stats', {})) as Thing)[key],
  };
}

/** What is shown of each kind of destination; never what it logs in with. */
const destinationKinds: Readonly<Record<string, readonly string[]>> = {
  filesystem: ['path', 'format', 'compression', 'permissions'],
  webhook: ['url', 'method', 'contentType', 'timeoutSeconds', 'retryPolicy'],
  database: ['tableName', 'columnMappings'],
  stdio: ['stream', 'format', 'includeMetadata', 'lineBuffered', 'prefix'],
};

/** Where results go: what the request said, of which every kind has a part of its own. */
function destinationsField(wholeOf: string | null, outputs: OutputTypes): Field {
  const said = (of: Thing, name: string) => of[name] ?? of[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ?? null;
  const part = (kind: string, names: readonly string[]) =>
    outputs.object(`${pascalCase(kind)}Destination`, `What was said of ${kind}.`, () =>
      Object.fromEntries(
        names.map((name) => [
          name,
          { type: scalars.Json, description: 'As it was asked for.', resolve: (from) => said(from, name) } satisfies Field,
        ]),
      ),
    );
  const type = outputs.object('OutputDestination', 'Where a result goes.', () => ({
    destinationType: {
      type: scalars.text,
      description: 'What kind of place it is.',
      resolve: (from) => said(from, 'destinationType') ?? from['type'] ?? null,
    },
    template: { type: scalars.text, description: 'Template of what is sent.' },
    ...Object.fromEntries(
      Object.entries(destinationKinds).map(([kind, names]) => [
        kind,
        { type: part(kind, names), description: `What was said of ${kind}.`, extensions: { isOnceJson: true } },
      ]),
    ),
  }));
  return {
    type: listOf(type),
    description: 'Where its result goes, as it was asked for.',
    extensions: { cost: wholeOf === null ? 0 : 1 },
    async resolve(from, _args, { batches }) {
      if (from['outputDestinations'] !== undefined || wholeOf === null) return from['outputDestinations'];
      return (await batches.whole(wholeOf, String(from['id'])))['outputDestinations'];
    },
  };
}

/** Puts the fields of older documents beside those of the operations. */
export function legacyFields(query: Fields, mutation: Fields, { outputs, nounType, has }: LegacyParts): void {
  const task = nounType('Task');
  const job = nounType('Job');
  const addArgument = (
    field: Field | undefined,
    name: string,
    type: GraphQLInputFieldConfig['type'],
    description: string,
    filter: string,
  ) => {
    const { resolve } = field ?? {};
    if (field === undefined || resolve === undefined) return;
    field.args = { ...field.args, [name]: arg(type, description) };
    field.resolve = (from, args: Thing, context, info) => {
      const { [name]: said, ...rest } = args;
      const filters = said === undefined || said === null ? rest['filters'] : { ...(rest['filters'] as Thing | undefined), [filter]: said };
      return resolve(from, { ...rest, filters }, context, info);
    };
  };
  const filterType = (field: Field | undefined, name: string) =>
    (field?.args?.['filters']?.type as GraphQLInputObjectType | undefined)?.getFields()[name]?.type;
  const status = filterType(query['jobs'], 'status');
  if (status !== undefined) addArgument(query['jobs'], 'status', status, 'Where they stand; the same as filters.status.', 'status');
  addArgument(query['executions'], 'taskId', scalars.id, 'Number, uuid or name of the task; the same as filters.taskId.', 'taskId');

  query['health'] = {
    type: always(
      outputs.object('HealthStatus', 'How the parts of the server are.', () => ({
        status: { type: always(scalars.text), description: 'healthy, degraded or unhealthy: as the worst part.' },
        database: { type: always(scalars.flag), description: 'Whether the database answers.', resolve: isWell('database') },
        jobQueue: { type: always(scalars.flag), description: 'Whether jobs are run.', resolve: isWell('queue') },
        scheduler: { type: always(scalars.flag), description: 'Whether schedules are planned.', resolve: isWell('scheduler') },
        checks: { type: always(scalars.Json), description: 'What was looked at, and what was found.' },
        message: {
          type: always(scalars.text),
          description: 'The whole in words.',
          resolve: (from) => `The server is ${String(from['status'])}.`,
        },
      })),
    ),
    description: 'How the parts of the server are',
    resolve: (_from, _args, { health }) => health(),
  };

  if (task !== null) {
    const byUuid = query['task']!;
    byUuid.args = { ...byUuid.args, id: arg(scalars.id, 'Number, uuid or name of the task.'), uuid: arg(scalars.id, 'The same as id.') };
    const ask = byUuid.resolve!;
    byUuid.resolve = (from, { uuid, ...args }: Thing, context, info) => ask(from, { ...args, id: args['id'] ?? uuid }, context, info);
    query['taskByUuid'] = {
      type: task,
      description: 'The same as task(id:)',
      deprecationReason: 'Ask for task(id:).',
      args: { uuid: arg(always(scalars.id), 'Uuid of the task.') },
      resolve: (_from, args, context) => context.ask('tasks.show', { id: (args as { uuid: string }).uuid }),
    };
    query['registryTask'] = {
      type: task,
      description: 'The same as task(id:)',
      deprecationReason: 'Ask for task(id:).',
      args: { id: arg(always(scalars.id), 'Number, uuid or name of the task.'), version: arg(scalars.text, 'Semantic version.') },
      resolve: (_from, args: Thing, context) =>
        context.ask('tasks.show', { id: args['id'], ...(args['version'] ? { version: args['version'] } : {}) }),
    };
    query['registryTaskVersions'] = {
      type: always(listOf(scalars.text)),
      description: 'The same as availableVersions of the task',
      deprecationReason: 'Ask for task(id:) { availableVersions }.',
      args: { id: arg(always(scalars.id), 'Number, uuid or name of the task.') },
      resolve: async (_from, args: Thing, context) => ((await context.ask('tasks.show', { id: args['id'] })) as Thing)['availableVersions'],
    };
    const list = query['tasks']!;
    query['registryTasks'] = {
      ...list,
      description: 'The same as tasks(filters: {registrySource: true})',
      deprecationReason: 'Ask for tasks(filters: {registrySource: true}).',
      args: { pagination: arg(PaginationInput, 'Which page is wanted.'), limit: list.args!['limit']! },
      resolve: (from, args: Thing, context, info) => list.resolve!(from, { ...args, filters: { registrySource: true } }, context, info),
    };
  }
  if (task !== null && has('tasks.enable')) {
    mutation['updateTaskStatus'] = {
      type: always(task),
      description: 'Switch a task on or off',
      args: { id: arg(always(scalars.id), 'Number, uuid or name of the task.'), enabled: arg(always(scalars.flag), 'Whether it is on.') },
      extensions: { cost: 10 },
      resolve: (_from, args: Thing, { ask: asks }) => asks(args['enabled'] === true ? 'tasks.enable' : 'tasks.disable', { id: args['id'] }),
    };
  }
  if (job !== null && mutation['createJob'] !== undefined) mutation['executeTask'] = executeTask(mutation['createJob']);
  if (has('executions.run')) mutation['executeTaskDirect'] = executeTaskDirect(outputs);
  Object.assign(mutation, mcpFields({ outputs, has }));
}

function isWell(check: string) {
  return ({ checks }: Thing): boolean => {
    const found = (checks as Readonly<Record<string, { status?: string }>>)[check];
    return found !== undefined && found.status !== 'unhealthy';
  };
}

/** What createJob does, under the name and the input it had. */
function executeTask(createJob: Field): Field {
  const { input } = createJob.args!;
  const fields = (input!.type as GraphQLNonNull<GraphQLInputObjectType>).ofType.toConfig().fields;
  const type = new GraphQLInputObjectType({
    name: 'ExecuteTaskInput',
    description: 'A job that is asked for: the same as CreateJobInput.',
    fields,
  });
  return {
    ...createJob,
    description: 'Queue a job, and answer at once. The input may be JSON or a text that holds JSON.',
    args: { input: arg(always(type), 'The job.') },
    resolve: (from, { input: said }: Thing, context, info) => {
      const { inputData, input: own, ...rest } = said as Thing;
      const given = own ?? inputData;
      return createJob.resolve!(from, { input: { ...rest, ...(given === undefined ? {} : { input: fromText(given) }) } }, context, info);
    },
  };
}

function executeTaskDirect(outputs: OutputTypes): Field {
  const type = outputs.object('TaskExecutionResult', 'What came of running a task at once.', () => ({
    success: { type: always(scalars.flag), description: 'Whether it completed.', resolve: ({ status }) => status === 'COMPLETED' },
    output: { type: scalars.Json, description: 'What the task returned.' },
    error: { type: scalars.text, description: 'Why it did not complete.', resolve: ({ errorMessage }) => errorMessage ?? null },
    errorCode: { type: scalars.text, description: 'Code of the error.' },
    durationMs: { type: scalars.float, description: 'Milliseconds it took.' },
    executionId: { type: scalars.id, description: 'Number of the execution.', resolve: ({ id }) => id },
    status: { type: always(scalars.text), description: 'Where the execution stands.' },
  }));
  return {
    type: always(type),
    description: 'Run a task and wait for what comes of it. The input may be JSON or a text that holds JSON.',
    args: {
      taskUuid: arg(scalars.id, 'Number, uuid or name of the task.'),
      taskId: arg(scalars.id, 'The same.'),
      input: arg(scalars.Json, 'What the task is given.'),
      inputData: arg(scalars.Json, 'The same.'),
    },
    extensions: { cost: 10 },
    resolve(_from, args: Thing, { ask }: GraphqlContext) {
      const id = args['taskUuid'] ?? args['taskId'];
      if (id === undefined || id === null) {
        throw inputRejected({ operation: 'executeTaskDirect', problems: [{ path: 'taskUuid', message: 'is missing: name the task' }] });
      }
      const input = args['input'] ?? args['inputData'];
      return ask('executions.run', { id, ...(input === undefined ? {} : { input: fromText(input) }) });
    },
  };
}

/** An input that came as text; a text that is no JSON of an object is itself the input. */
function fromText(said: unknown): unknown {
  if (typeof said !== 'string' || !/^\s*[{[]/.test(said)) return said;
  try {
    return JSON.parse(said) as unknown;
  } catch {
    throw inputRejected({ operation: 'the input of the task', problems: [{ path: 'input', message: 'begins like JSON and is none' }] });
  }
}
