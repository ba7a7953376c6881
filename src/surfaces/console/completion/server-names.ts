import { listExecutions } from '#executions/stored/operations.ts';
import { listJobsOperation } from '#jobs/operations.ts';
import { scheduleOperations } from '#schedules/operations.ts';
import { listRepositoriesOperation } from '#sources/operations.ts';
import { createClient, type Client } from '#surfaces/client/client.ts';
import { listTasksOperation, showTaskOperation } from '#tasks/catalogue/operations.ts';
import { listTemplatesOperation } from '#tasks/templates/operations.ts';
import { listWorkers } from '#workers/operations.ts';
import { formFields } from '../commands/fill-form.ts';
import type { Target } from '../connection.ts';
import type { KnownNames } from './complete.ts';

/** Somebody waits with a finger on Tab. */
const patienceMs = 1_500;
/** Tab is pressed again and again; what was there a moment ago still is. */
const freshMs = 5_000;
const most = 100;

type Item = Readonly<Record<string, unknown>>;

/** Names from the server that the console is connected to; none where it does not answer. */
export function serverNames(target: () => Target | null, now: () => number): KnownNames {
  const known = new Map<string, { at: number; names: Promise<readonly string[]> }>();
  const asked = (key: string, ask: (client: Client) => Promise<readonly string[]>) => {
    const server = target();
    if (server === null) return Promise.resolve([]);
    const whole = `${server.url} ${key}`;
    const before = known.get(whole);
    if (before !== undefined && now() - before.at < freshMs) return before.names;
    const client = createClient({ url: server.url, token: server.token ?? undefined, timeoutMs: patienceMs, retries: 0 });
    const names = ask(client).catch(() => []);
    known.set(whole, { at: now(), names });
    return names;
  };
  const list = (key: string, operation: unknown, field: string) => () =>
    asked(key, async (client) => {
      const page = (await client.call(operation as typeof listTasksOperation, { limit: most })) as { items: readonly Item[] };
      return page.items.map((item) => String(item[field]));
    });
  const task = (id: string) => (client: Client) => client.call(showTaskOperation, { id });
  return {
    tasks: list('tasks', listTasksOperation, 'name'),
    executions: list('executions', listExecutions, 'id'),
    jobs: list('jobs', listJobsOperation, 'id'),
    schedules: list(
      'schedules',
      scheduleOperations.find(({ name }) => name === 'schedules.list'),
      'name',
    ),
    repositories: list('repositories', listRepositoriesOperation, 'name'),
    workers: list('workers', listWorkers, 'id'),
    templates: () =>
      asked('templates', async (client) => (await client.call(listTemplatesOperation, {})).templates.map(({ name }) => name)),
    versions: (id) => asked(`versions ${id}`, async (client) => (await task(id)(client)).availableVersions),
    inputFields: (id) =>
      asked(`fields ${id}`, async (client) => formFields((await task(id)(client)).inputSchema ?? {}).map(({ name }) => name)),
  };
}
