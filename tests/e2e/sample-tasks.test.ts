import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type Engine } from '#engine/index.ts';
import { createExecutions, type Executions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { readTestCases, runCase } from '#task-tests/index.ts';
import { loadTask } from '#tasks/index.ts';
import { startHttpStub, type HttpStub, type StubRoute } from '#testing/http-stub.ts';

interface Case {
  input: Record<string, unknown>;
  match?: 'subset';
  mock?: { http: { url: string; method: string; response: { status: number; statusText: string; body: unknown } }; mcp?: unknown };
  expected_output?: unknown;
  expected_error?: string;
}

const samples = join(import.meta.dirname, '../../sample/js-tasks');
const folders = readdirSync(samples, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.name === 'metadata.json' && basename(entry.parentPath) !== 'invalid')
  .map((entry) => entry.parentPath);
const allCases = folders.flatMap((folder) =>
  readdirSync(join(folder, 'tests')).map((file) => ({ title: `${basename(folder)}: ${file}`, folder, file: join(folder, 'tests', file) })),
);
/** No local server stands for an MCP server of the operator's. */
const callsMcp = ({ file }: { file: string }) => (JSON.parse(readFileSync(file, 'utf8')) as Case).mock?.mcp !== undefined;
const cases = allCases.filter((one) => !callsMcp(one));

let stub: HttpStub;
let engine: Engine;
let executions: Executions;
let current: Case;

beforeAll(async () => {
  const settings = settingsFrom();
  engine = await createEngine(settings);
  const effects = createLiveEffects(settings, { profile: 'development' });
  executions = createExecutions({ engine, effects, settings, ids: uuidSource(), clock: systemClock });
  const answer: Record<string, StubRoute> = {};
  for (const { file } of cases) {
    const { mock } = JSON.parse(readFileSync(file, 'utf8')) as Case;
    if (!mock) continue;
    answer[new URL(mock.http.url).pathname] = (_request, response) => {
      const { status, statusText, body } = current.mock!.http.response;
      response.writeHead(status, statusText, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
  }
  stub = await startHttpStub(answer);
});
afterAll(async () => {
  await engine.close();
  await stub.close();
});

describe('the sample tasks', () => {
  // What the tests of a sample expect of the internet is served by a local server, reached through the sample's own `base_url`.
  it.each(cases)('$title', async ({ folder, file }) => {
    const task = await loadTask(folder);
    const written = JSON.parse(readFileSync(file, 'utf8')) as Case;
    const origin = written.mock ? new URL(written.mock.http.url).origin : 'https://nowhere.invalid';
    const { input, expected_output: expected } = JSON.parse(JSON.stringify(written).replaceAll(origin, stub.url)) as Case;
    current = written;
    const base = task.name.startsWith('weather') ? `${stub.url}/data/2.5/weather` : stub.url;
    const takesBase = Object.hasOwn(task.inputSchema?.['properties'] ?? {}, 'base_url');

    const execution = await executions.run({ task, input: JSON.stringify(takesBase ? { ...input, base_url: base } : input) });

    if (written.expected_error !== undefined) {
      // The message of the platform's error names both the class and the words of what was thrown.
      expect(execution.error?.message).toContain(written.expected_error);
      return;
    }
    expect(execution.error?.message).toBeUndefined();
    const output: unknown = JSON.parse(execution.output!);
    if (written.match === 'subset') expect(output).toMatchObject(expected as object);
    else expect(output).toEqual(expected);
  });

  it.each([...new Set(allCases.filter(callsMcp).map(({ folder }) => folder))])(
    'that call MCP servers pass their tests: %s',
    async (folder) => {
      const task = await loadTask(folder);
      for (const test of readTestCases(task)) {
        if (test.kind !== 'case') throw new Error(test.message);
        const { report } = await runCase({ executions, settings: settingsFrom() }, task, test, { signal: new AbortController().signal });
        expect([test.name, report.failures]).toEqual([test.name, []]);
      }
    },
  );

  it('report their progress where they have some', async () => {
    const updates: { progress: number }[] = [];
    const task = await loadTask(join(samples, 'streaming-example'));
    await executions.run({ task, input: '{"steps":2,"delay":100}', onProgress: (update) => updates.push(update as { progress: number }) });
    expect(updates.length).toBeGreaterThanOrEqual(2);
    expect(updates.at(-1)!.progress).toBe(1);
  });

  it('come as archives that run like their folders', async () => {
    const task = await loadTask(join(samples, 'addition.zip'));
    expect((await executions.run({ task, input: '{"num1":5,"num2":10}' })).output).toBe('{"sum":15}');
  });
});
