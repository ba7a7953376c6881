import type { StreamEvent } from '#kernel/index.ts';
import { jsonSchemaOf, type AnyStream } from '#surfaces/rest/index.ts';
import { type GraphQLObjectType } from 'graphql';
import type { GraphqlContext, Thing } from './context.ts';
import { readFields, type InputTypes } from './inputs.ts';
import { pascalCase } from './names.ts';
import type { Field, Fields, OutputTypes } from './outputs.ts';
import { scalars } from './scalars.ts';
import { always } from './wrap.ts';

interface FollowingParts {
  readonly inputs: InputTypes;
  readonly outputs: OutputTypes;
  readonly nounType: (type: string) => GraphQLObjectType | null;
  readonly has: (operation: string) => boolean;
}

/** A reference a subscriber may give, the operation that knows whom it names, and the field of the followed that holds the number. */
interface By {
  readonly argument: string;
  readonly show: string;
  readonly field: string;
  readonly describe: string;
}

interface Followed {
  readonly field: string;
  readonly kind: string;
  readonly describe: string;
  readonly by: readonly By[];
}

const byTask: By = { argument: 'taskId', show: 'tasks.show', field: 'taskId', describe: 'Only of this task: number, uuid or name.' };
const byJob: By = { argument: 'jobId', show: 'jobs.show', field: 'jobId', describe: 'Only of this job: number or uuid.' };

/** Things that can be followed as they change. Where one thing is named, it comes first as it is. */
const followed: readonly Followed[] = [
  {
    field: 'jobStatus',
    kind: 'Job',
    describe: 'Follow jobs, or one job, as they change',
    by: [{ ...byJob, field: 'id', describe: 'Only this job: number or uuid.' }],
  },
  { field: 'jobUpdates', kind: 'Job', describe: 'Follow jobs as they change', by: [byTask] },
  { field: 'taskExecutions', kind: 'Execution', describe: 'Follow the executions of a task, or of all, as they change', by: [byTask] },
  {
    field: 'executionUpdates',
    kind: 'Execution',
    describe: 'Follow executions as they change',
    by: [
      byTask,
      byJob,
      { argument: 'executionId', show: 'executions.show', field: 'id', describe: 'Only this execution: number or uuid.' },
    ],
  },
  {
    field: 'workerStatus',
    kind: 'Worker',
    describe: 'Follow workers as they begin, end, and run something else; looked at once a second',
    by: [{ argument: 'workerId', show: 'workers.show', field: 'id', describe: 'Only this worker.' }],
  },
  {
    field: 'scheduleSlots',
    kind: 'ScheduleSlot',
    describe: 'Follow what becomes of the times schedules come due',
    by: [{ argument: 'scheduleId', show: 'schedules.show', field: 'scheduleId', describe: 'Only of this schedule: number, uuid or name.' }],
  },
];

/** Fields of Subscription: every stream, and things as they change. */
export function followingFields(streams: readonly AnyStream[], parts: FollowingParts): Fields {
  const fields: Fields = {};
  for (const stream of streams)
    if (stream.on.graphql !== undefined) fields[stream.on.graphql] = streamField(stream, stream.on.graphql, parts);
  for (const one of followed) {
    const type = parts.nounType(one.kind) ?? parts.outputs.made.get(one.kind) ?? null;
    if (type !== null && one.by.every(({ show }) => parts.has(show))) fields[one.field] = thingField(one, type);
  }
  if (streams.some(({ name }) => name === 'events.follow')) fields['executionProgress'] = progressField(parts.outputs);
  return fields;
}

function streamField(stream: AnyStream, name: string, { inputs, outputs }: FollowingParts): Field {
  const input = jsonSchemaOf(stream.input, 'input');
  const args = inputs.fieldsOf({ schema: input, root: input }, pascalCase(name));
  const root = jsonSchemaOf(stream.data, 'output');
  const data = outputs.of({ schema: root, root }, `${pascalCase(name)}Data`);
  const type = outputs.object(`${pascalCase(name)}Message`, `What ${name} tells.`, () => ({
    id: { type: scalars.id, description: 'Asks for what came after it, as `after`; null where nothing can be asked for.' },
    kind: { type: always(scalars.text), description: 'What kind of event it is.' },
    data: { type: data.mayBeNull ? data.type : always(data.type), description: 'What happened.' },
  }));
  return {
    type: always(type),
    description: `${stream.summary}. ${stream.details}`,
    args: {
      ...Object.fromEntries([...args].map(([field, { config }]) => [field, config])),
      after: { type: scalars.id, description: 'The last event that was seen: what came after it comes first.' },
    },
    subscribe: (_from, said: Thing, { following }) =>
      following.stream(stream.name, readFields(args, said), (said['after'] as string | null | undefined) ?? null),
    resolve: (message) => message,
  };
}

function thingField({ kind, describe, by }: Followed, type: GraphQLObjectType): Field {
  return {
    type: always(type),
    description: describe,
    args: Object.fromEntries(by.map(({ argument, describe: description }) => [argument, { type: scalars.id, description }])),
    async subscribe(_from, said: Thing, { ask, following }: GraphqlContext) {
      const where: Record<string, string> = {};
      let first: Thing | null = null;
      for (const { argument, show, field } of by) {
        const reference = said[argument];
        if (reference === undefined || reference === null) continue;
        const thing = (await ask(show, { id: reference })) as Thing;
        where[field] = String(thing['id']);
        if (field === 'id') first = thing;
      }
      return following.things(kind, where, first);
    },
    resolve: (thing) => thing,
  };
}

/** Reports of progress, which are told and not stored one by one. */
function progressField(outputs: OutputTypes): Field {
  const type = outputs.object('ExecutionProgress', 'What an execution reports while it runs.', () => ({
    executionId: { type: scalars.id, description: 'Number of the execution.' },
    jobId: { type: scalars.id, description: 'Number of the job.' },
    taskId: { type: scalars.id, description: 'Number of the task.' },
    share: { type: scalars.float, description: 'How far it says it is, 0 to 1.' },
    report: { type: scalars.Json, description: 'The whole report, as the task gave it.' },
    at: { type: always(scalars.DateTime), description: 'When it was reported.' },
  }));
  return {
    type: always(type),
    description: 'Follow the progress that executions report',
    args: Object.fromEntries([byTask, byJob].map(({ argument, describe }) => [argument, { type: scalars.id, description: describe }])),
    async subscribe(_from, said: Thing, { ask, following }: GraphqlContext) {
      const filter: Record<string, string> = {};
      for (const { argument, show } of [byTask, byJob]) {
        const reference = said[argument];
        if (reference !== undefined && reference !== null)
          filter[argument.slice(0, -2)] = String(((await ask(show, { id: reference })) as Thing)['id']);
      }
      return following.stream('events.follow', { kind: 'execution.progress', ...filter }, null);
    },
    resolve(message) {
      const { data } = message as unknown as StreamEvent<Thing>;
      return { ...data, ...(data['details'] as Thing) };
    },
  };
}
