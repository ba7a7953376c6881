import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Isolation } from '#engine/index.ts';
import { additionCopies } from '../tasks/copies.ts';
import { additionInput } from '../tasks/load.ts';
import type { JobServer, JobSubject, JobTimes } from './job-server.ts';
import { postgresSchema } from './postgres.ts';
import { startServe, temporaryFolder } from './ratchet-serve.ts';

/** A page of a list as REST answers it, as far as it is read here. */
export interface JobPage {
  readonly data: readonly { readonly queuedAt: string; readonly startedAt: string; readonly completedAt: string }[];
  readonly meta: { readonly pagination: { readonly total: number; readonly next: string | null } };
}

/** `ratchet serve` with a task that asks for this isolation. */
export function ratchetJobs(isolation: Extract<Isolation, 'fresh' | 'warm'>, database: 'sqlite' | 'postgres'): JobSubject {
  return {
    name: `Ratchet ${isolation}`,
    kind: 'ratchet',
    isolation,
    storage: database === 'sqlite' ? 'SQLite, synchronous full' : 'PostgreSQL',
    async start() {
      const name = `addition-${isolation}`;
      const sources = additionCopies([{ name, isolation }]);
      const folder = temporaryFolder();
      const schema = database === 'postgres' ? await postgresSchema() : null;
      const clear = async () => {
        await schema?.remove();
        folder.remove();
        rmSync(sources, { recursive: true });
      };
      const databaseUrl = schema?.url ?? `sqlite:${join(folder.path, 'ratchet.db')}`;
      const server = await startServe({ sources, databaseUrl, dataDir: folder.path }).catch(async (caught: unknown) => {
        await clear();
        throw caught;
      });
      return {
        ...jobServerAt(server.url, name),
        pids: [server.pid, ...(schema?.serverPid == null ? [] : [schema.serverPid])],
        async stop() {
          await server.stop();
          await clear();
        },
      };
    },
  };
}

function jobServerAt(url: string, task: string): Omit<JobServer, 'pids' | 'stop'> {
  const ask = async <T>(path: string, method = 'GET'): Promise<T> => {
    const body = method === 'GET' ? {} : { body: '{}', headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${url}/api/v1${path}`, { method, ...body });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const ms = (text: string) => Date.parse(text);
  return {
    url,
    post: { path: '/api/v1/jobs', body: JSON.stringify({ task_id: task, input_data: JSON.parse(additionInput) as unknown }) },
    async progress() {
      const done = await ask<JobPage>('/jobs?status=COMPLETED&limit=1');
      const gone = await ask<JobPage>('/jobs?status_in=FAILED,RETRYING,CANCELLED&limit=1');
      return { finished: done.meta.pagination.total, failed: gone.meta.pagination.total };
    },
    async lastFinishedAt() {
      const { data } = await ask<JobPage>('/jobs?status=COMPLETED&sort=-completed_at&limit=1');
      return ms(data[0]!.completedAt);
    },
    async times(last) {
      const times: JobTimes[] = [];
      for (let after = ''; times.length < last;) {
        const { data, meta } = await ask<JobPage>(`/jobs?limit=${Math.min(100, last - times.length)}${after}`);
        times.push(...data.map((job) => ({ queuedAt: ms(job.queuedAt), startedAt: ms(job.startedAt), finishedAt: ms(job.completedAt) })));
        if (meta.pagination.next === null) break;
        after = `&after=${meta.pagination.next}`;
      }
      return times;
    },
    async pause() {
      await ask('/jobs/pause', 'POST');
    },
  };
}
