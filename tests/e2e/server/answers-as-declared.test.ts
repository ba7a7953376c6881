import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fuzzOpenApi, type FuzzedDocument } from '#testing/fuzz-openapi.ts';
import { faultsOf } from '#testing/openapi-faults.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

/** Work that is paused or disabled waits, and so would every request after it that waits for work. */
const wouldStopOthers = new Set(['jobs.pause', 'tasks.disable', 'executions.run']);

let folder: string;
let server: RatchetServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-serve-'));
  server = await startRatchet({
    args: ['--sources', 'sample/js-tasks', '--data-dir', folder],
    env: { RATCHET_LOGGING_LEVEL: 'warn' },
  });
});
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

type Document = FuzzedDocument & Parameters<typeof faultsOf>[0];
const documentOf = async () => (await (await fetch(`${server.url}/api-docs/openapi.json`)).json()) as Document;

it('the document of the API follows the rules of OpenAPI 3.1', async () => {
  const document = await documentOf();
  expect(faultsOf(document)).toEqual([]);
  expect(await new Validator().validate(document as never)).toEqual({ valid: true });
});

it('every answer to sound and to malformed requests is one that the document declares', async () => {
  verifies('rest.answers-as-declared');
  const document = await documentOf();
  await fetch(`${server.url}/api/v1/jobs?wait=10s`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ taskId: 'addition', input: { num1: 1, num2: 2 } }),
  });
  const { findings, requests } = await fuzzOpenApi(server.url, document, {
    runs: Number(process.env['RATCHET_FUZZ_RUNS'] ?? 8),
    seed: Number(process.env['RATCHET_FUZZ_SEED'] ?? 1),
    known: { id: ['1', '2', 'addition'], taskId: ['1', 'addition'], task: ['addition'], input: [{ num1: 1, num2: 2 }] },
    isWanted: (operation) => !wouldStopOthers.has(operation),
    timeoutMs: 35_000,
  });
  expect(findings).toEqual([]);
  expect(requests).toBeGreaterThan(300);
}, 120_000);

it('the document is small enough to be read: what is shared stands in it once', async () => {
  const { components, ...rest } = await documentOf();
  const operations = Object.values(rest.paths as object).flatMap((path: object) => Object.keys(path)).length;
  expect(JSON.stringify({ ...rest, components }).length / operations, 'bytes for each operation').toBeLessThan(4_700);
  const inlined = JSON.stringify(rest);
  const shared = [
    'Job',
    'JobInFull',
    'Task',
    'TaskInFull',
    'Execution',
    'ExecutionInFull',
    'Failure',
    'Worker',
    'Schedule',
    'ScheduleSlot',
  ];
  expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(shared));
  expect(shared.filter((name) => inlined.includes(JSON.stringify(components.schemas[name])))).toEqual([]);
});
