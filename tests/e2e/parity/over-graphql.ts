import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { cron, jobOptions, type SeenJob, type Surface } from './surface.ts';

type Data = Readonly<Record<string, never>>;

/** The scenario as GraphQL documents, and a subscription over a WebSocket. */
export function overGraphql(url: string): Surface {
  async function ask<Field>(query: string, variables: Readonly<Record<string, unknown>>): Promise<Field> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
    if (errors !== undefined) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return Object.values(data!)[0] as Field;
  }
  return {
    createTask: async (files) =>
      (await ask<{ id: string }>('mutation($files: JSON!) { createTask(input: { files: $files }) { id } }', { files })).id,
    run: (id, input) =>
      ask('mutation($id: ID!, $input: JSON) { runTask(id: $id, input: { input: $input }) { status output } }', { id, input }),
    enqueue: async (taskId, input) =>
      (
        await ask<{ id: string }>('mutation($job: CreateJobInput!) { createJob(input: $job) { id } }', {
          job: { taskId, input, ...jobOptions },
        })
      ).id,
    job: (id) => ask<SeenJob>('query($id: ID!) { job(id: $id) { status executionId errorCode } }', { id }),
    async watch(execution) {
      const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
      const messages: string[] = [];
      const query = `subscription($id: ID!) { executionLogFollowed(id: $id) { data { message status } } }`;
      try {
        for await (const { data, errors } of client.iterate<{
          executionLogFollowed: { data: { message: string | null; status: string | null } };
        }>({
          query,
          variables: { id: execution },
        })) {
          if (errors !== undefined) throw new Error(JSON.stringify(errors));
          const said = data!.executionLogFollowed.data;
          if (said.message !== null) messages.push(said.message);
          if (said.status !== null) return { messages, status: said.status };
        }
      } finally {
        await client.dispose();
      }
      throw new Error('the subscription ended before it said how the execution did');
    },
    newVersion: async (id, files, changeDescription) =>
      (
        await ask<{ version: string }>(
          'mutation($id: ID!, $change: UpdateTaskInput!) { updateTask(id: $id, input: $change) { version } }',
          {
            id,
            change: { files, changeDescription },
          },
        )
      ).version,
    versions: async (id) =>
      (
        await ask<{ versions: { version: string }[] }>('query($id: ID!) { taskVersions(id: $id) { versions { version } } }', { id })
      ).versions.map(({ version }) => version),
    retry: (id) => ask('mutation($id: ID!) { retryJob(id: $id) { id } }', { id }),
    schedule: async (name, taskId, input) =>
      (
        await ask<{ id: string }>('mutation($schedule: CreateScheduleInput!) { createSchedule(input: $schedule) { id } }', {
          schedule: { name, taskId, cronExpression: cron, input },
        })
      ).id,
    disable: (id) => ask('mutation($id: ID!) { disableSchedule(id: $id) { enabled } }', { id }),
    trigger: async (id, input) =>
      (
        await ask<{ jobId: string }>('mutation($id: ID!, $input: JSON) { triggerSchedule(id: $id, input: { input: $input }) { jobId } }', {
          id,
          input,
        })
      ).jobId,
    deleteJob: (id) => ask('mutation($id: ID!) { deleteJob(id: $id) }', { id }),
    deleteSchedule: (id) => ask('mutation($id: ID!) { deleteSchedule(id: $id) }', { id }),
    deleteTask: (id) => ask('mutation($id: ID!) { deleteTask(id: $id) }', { id }),
  };
}
