import { connect } from '#surfaces/client/index.ts';
import { cron, jobOptions, type Surface } from './surface.ts';

/** The scenario through the typed client of the package. */
export function overClient(url: string): Surface {
  const client = connect({ url });
  return {
    createTask: async (files) => (await client.tasks.create({ files: { ...files } })).id,
    run: (id, input) => client.executions.run({ id, input }),
    enqueue: async (taskId, input) => (await client.jobs.enqueue({ taskId, input, ...structuredClone(jobOptions) })).id,
    job: (id) => client.jobs.show({ id }),
    async watch(id) {
      const messages: string[] = [];
      for await (const { data } of client.executions.followLogs({ id })) {
        if ('status' in data) return { messages, status: data.status };
        messages.push(data.message);
      }
      throw new Error('the log ended before it said how the execution did');
    },
    newVersion: async (id, files, changeDescription) => (await client.tasks.update({ id, files: { ...files }, changeDescription })).version,
    versions: async (id) => (await client.tasks.versions({ id })).versions.map(({ version }) => version),
    retry: async (id) => void (await client.jobs.retry({ id })),
    schedule: async (name, taskId, input) => (await client.schedules.create({ name, taskId, cronExpression: cron, input })).id,
    disable: async (id) => void (await client.schedules.disable({ id })),
    trigger: async (id, input) => (await client.schedules.trigger({ id, input })).jobId,
    deleteJob: async (id) => void (await client.jobs.remove({ id })),
    deleteSchedule: async (id) => void (await client.schedules.remove({ id })),
    deleteTask: async (id) => void (await client.tasks.remove({ id })),
  };
}
