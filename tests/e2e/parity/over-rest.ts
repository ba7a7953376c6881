import { cron, jobOptions, type SeenJob, type Surface } from './surface.ts';

/** The scenario as a program without any library asks it: HTTP and JSON. */
export function overRest(url: string): Surface {
  async function ask<Data>(method: string, path: string, body?: unknown): Promise<Data> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : (JSON.parse(text) as { data: unknown }).data) as Data;
  }
  return {
    createTask: async (files) => (await ask<{ id: string }>('POST', '/tasks', { files })).id,
    run: (task, input) => ask('POST', `/tasks/${task}/execute`, { input }),
    // The names that the first version of this API had.
    enqueue: async (task, input) => {
      const { maxRetries, ...rest } = jobOptions;
      return (await ask<{ id: string }>('POST', '/jobs', { task_id: Number(task), input_data: input, max_retries: maxRetries, ...rest }))
        .id;
    },
    job: (id) => ask<SeenJob>('GET', `/jobs/${id}`),
    async watch(execution) {
      const response = await fetch(`${url}/api/v1/executions/${execution}/logs/follow`, { headers: { accept: 'text/event-stream' } });
      const messages: string[] = [];
      // The stream ends when the execution has.
      for (const event of (await response.text()).split('\n\n')) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        const said = data === undefined ? {} : (JSON.parse(data) as { message?: string; status?: string });
        if (said.message !== undefined) messages.push(said.message);
        if (said.status !== undefined) return { messages, status: said.status };
      }
      throw new Error('the stream ended before it said how the execution did');
    },
    newVersion: async (task, files, changeDescription) =>
      (await ask<{ version: string }>('PATCH', `/tasks/${task}`, { files, changeDescription })).version,
    versions: async (task) =>
      (await ask<{ versions: { version: string }[] }>('GET', `/tasks/${task}/versions`)).versions.map(({ version }) => version),
    retry: (job) => ask('POST', `/jobs/${job}/retry`),
    schedule: async (name, taskId, input) =>
      (await ask<{ id: string }>('POST', '/schedules', { name, taskId, cronExpression: cron, input })).id,
    disable: (schedule) => ask('POST', `/schedules/${schedule}/disable`),
    trigger: async (schedule, input) => (await ask<{ jobId: string }>('POST', `/schedules/${schedule}/trigger`, { input })).jobId,
    deleteJob: (id) => ask('DELETE', `/jobs/${id}`),
    deleteSchedule: (id) => ask('DELETE', `/schedules/${id}`),
    deleteTask: (id) => ask('DELETE', `/tasks/${id}`),
  };
}
