import { expect, it } from 'vitest';
import { startRatchet } from '#testing/ratchet-server.ts';
import type { TemporaryDatabase } from '#testing/temporary-database.ts';
import { dumpDatabase, type NormalTables } from './database-dump.ts';
import { overClient } from './over-client.ts';
import { overCommandLine } from './over-command-line.ts';
import { overGraphql } from './over-graphql.ts';
import { overRest } from './over-rest.ts';
import { playScenario, type Answers } from './scenario.ts';
import type { Surface } from './surface.ts';

const surfaces: Readonly<Record<string, (url: string) => Surface>> = {
  REST: overRest,
  GraphQL: overGraphql,
  'the client': overClient,
  'the command line': overCommandLine,
};

interface Played {
  readonly answers: Answers;
  /** When everything had been done, and the server still ran. */
  readonly done: NormalTables;
  /** When everything had been removed, and the server had ended. */
  readonly removed: NormalTables;
}

async function played(surfaceOf: (url: string) => Surface, database: TemporaryDatabase): Promise<Played> {
  const server = await startRatchet({ args: ['--database-url', database.url], patienceMs: 60_000 });
  try {
    const { answers, remove } = await playScenario(surfaceOf(server.url));
    const done = await dumpDatabase(database.url);
    await remove();
    expect(await server.stop()).toBe(0);
    return { answers, done, removed: await dumpDatabase(database.url) };
  } catch (caught) {
    throw new Error(`${String(caught)}\nThe server said:\n${server.stderr()}`, { cause: caught });
  } finally {
    await server.kill();
    await database.remove();
  }
}

/** One test for each surface beside REST: the same scenario on a server and a database of its own leaves the same behind. */
export function proveParity(database: () => TemporaryDatabase): void {
  const { REST, ...others } = surfaces;
  let rest: Promise<Played> | null = null;
  const overRestOnce = () => (rest ??= played(REST!, database()));

  it('leaves rows of every kind behind', async () => {
    const { answers, done, removed } = await overRestOnce();
    expect(answers).toEqual({
      run: { status: 'COMPLETED', output: { half: 2 } },
      watched: { messages: ['halving 3'], status: 'FAILED' },
      failed: { status: 'FAILED', errorCode: 'TASK_FAILED' },
      version: '1.1.0',
      retried: { status: 'COMPLETED', errorCode: null },
      versions: ['1.1.0', '1.0.0'],
    });
    const counts = (dump: NormalTables) => Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.length]));
    expect(counts(done)).toMatchObject({ tasks: 1, task_versions: 2, jobs: 3, executions: 4, execution_logs: 4, schedules: 1, nodes: 1 });
    expect(counts(removed)).toMatchObject({ tasks: 0, task_versions: 0, jobs: 0, executions: 0, execution_logs: 0, schedules: 0 });
  });

  // The command line starts some twenty processes.
  it.each(Object.entries(others))(
    'leaves the same behind as over REST when played through %s',
    { timeout: 150_000 },
    async (_name, surfaceOf) => {
      const [one, other] = [await overRestOnce(), await played(surfaceOf, database())];
      expect(other.answers).toEqual(one.answers);
      expect(other.done).toEqual(one.done);
      expect(other.removed).toEqual(one.removed);
    },
  );
}
