import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '#surfaces/client/index.ts';
import { drive } from '../../drive.ts';
import type { BenchOptions } from '../../options.ts';
import { median, rounded } from '../../percentiles.ts';
import { cpuOf } from '../../process-family.ts';
import { startServe, temporaryFolder } from '../../subjects/ratchet-serve.ts';
import { additionCopies } from '../../tasks/copies.ts';

export interface SurfaceCall {
  readonly call: string;
  readonly surface: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server without its workers, per call. */
  readonly serverCpuMs: number;
  /** That of this process, which asks. */
  readonly callerCpuMs: number;
  /** Of the server's processor time, where REST is 1. */
  readonly timesRest: number;
}

interface Surface {
  readonly list: () => Promise<unknown>;
  readonly execute: () => Promise<unknown>;
}

const listed = 20;
const input = { num1: 5, num2: 10 };

/** The same calls through each surface, one after the other, each in turn per round: what a surface costs beside what it asks for. */
export async function measureSurfaces({ rounds, sliceMs, warmUpMs, isQuick }: BenchOptions): Promise<readonly SurfaceCall[]> {
  const folder = temporaryFolder();
  const sources = additionCopies(Array.from({ length: listed }, (_, n) => ({ name: n === 0 ? 'addition' : `addition-${n}` })));
  const server = await startServe({ sources, databaseUrl: `sqlite:${join(folder.path, 'ratchet.db')}`, dataDir: folder.path });
  try {
    const surfaces = Object.entries(surfacesOf(server.url));
    const figures = new Map<string, Omit<SurfaceCall, 'timesRest'>[]>();
    for (let round = 0; round < rounds; round++) {
      for (const call of ['list', 'execute'] as const) {
        for (const [surface, of] of surfaces) {
          if (round === 0) await drive(of[call], { depth: 1, forMs: warmUpMs });
          const beforeMs = cpuOf([server.pid], []);
          // Ticks of /proc are 10 ms: a second holds enough of them.
          const driven = await drive(of[call], { depth: 1, forMs: isQuick ? sliceMs : Math.max(sliceMs, 2_000) });
          const serverCpuMs = (cpuOf([server.pid], []) - beforeMs) / driven.calls;
          const one = { call, surface, p50Ms: driven.p50Ms, p99Ms: driven.p99Ms, serverCpuMs, callerCpuMs: driven.hostCpuMs };
          figures.set(`${call} ${surface}`, [...(figures.get(`${call} ${surface}`) ?? []), one]);
        }
      }
    }
    const middle = [...figures.values()].map((of): Omit<SurfaceCall, 'timesRest'> => {
      const over = (read: (one: (typeof of)[number]) => number) => rounded(median(of.map(read)));
      return {
        call: of[0]!.call,
        surface: of[0]!.surface,
        p50Ms: over((one) => one.p50Ms),
        p99Ms: over((one) => one.p99Ms),
        serverCpuMs: over((one) => one.serverCpuMs),
        callerCpuMs: over((one) => one.callerCpuMs),
      };
    });
    return middle.map((one) => {
      const rest = middle.find(({ call, surface }) => call === one.call && surface === 'REST')!;
      return { ...one, timesRest: rounded(one.serverCpuMs / rest.serverCpuMs) };
    });
  } finally {
    await server.stop();
    folder.remove();
    rmSync(sources, { recursive: true });
  }
}

/** Each asks for the same: a page of tasks with five fields, and a run of the addition task with its output. */
function surfacesOf(url: string): Readonly<Record<string, Surface>> {
  const post = (path: string, body: unknown) =>
    answered(fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }));
  const graphql = async (query: string, variables: object) => {
    const answer = (await post('/graphql', { query, variables })) as { errors?: unknown };
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer;
  };
  const client = connect({ url });
  return {
    REST: {
      list: () => answered(fetch(`${url}/api/v1/tasks?limit=${listed}&sort=name`)),
      execute: () => post('/api/v1/tasks/addition/execute', { input }),
    },
    GraphQL: {
      list: () =>
        graphql('query($n: Int) { tasks(limit: $n, sort: { field: "name" }) { items { id uuid name version description } } }', {
          n: listed,
        }),
      execute: () =>
        graphql('mutation($input: JSON) { executeTaskDirect(taskId: "addition", input: $input) { success output } }', { input }),
    },
    client: {
      list: () => client.tasks.list({ limit: listed, sort: { field: 'name', order: 'asc' } }),
      execute: () => client.executions.run({ id: 'addition', input }),
    },
  };
}

async function answered(asked: Promise<Response>): Promise<unknown> {
  const response = await asked;
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response.json();
}
