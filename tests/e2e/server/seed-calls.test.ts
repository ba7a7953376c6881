import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';

let folder: string;
let server: RatchetServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-serve-'));
  server = await startRatchet({ args: ['--sources', 'sample/js-tasks', '--data-dir', folder] });
});
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

const json = { 'content-type': 'application/json' };
async function get(path: string) {
  const response = await fetch(server.url + path);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}
async function post(path: string, body: unknown) {
  const response = await fetch(server.url + path, { method: 'POST', headers: json, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as { data: Record<string, unknown> } };
}

describe('calls that older clients make', () => {
  it('list tasks by window, with the total in a header', async () => {
    const { status, headers, body } = await get('/api/v1/tasks?_start=0&_end=10');
    expect(status).toBe(200);
    expect(headers.get('x-total-count')).toBe('10');
    expect(headers.get('content-range')).toBe('tasks 0-9/10');
    expect((body['data'] as { name: string }[]).map(({ name }) => name)).toContain('addition');
  });

  it('queue a job by the number of its task and the older names of fields, and it runs', async () => {
    const { body: listed } = await get('/api/v1/tasks?name=addition');
    const id = Number((listed['data'] as { id: string }[])[0]!.id);
    const { status, body } = await post('/api/v1/jobs?wait=20s', { task_id: id, input_data: { num1: 5, num2: 10 } });
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ status: 'COMPLETED', output: { sum: 15 } });
    const stats = (await get('/api/v1/jobs/stats')).body['stats'];
    expect(stats).toMatchObject({ completed: 1, queued: 0, failed: 0 });
  });

  it('ask for the workers, the health and the version', async () => {
    expect((await get('/api/v1/workers')).body['data']).toContainEqual(expect.objectContaining({ id: 'worker-0' }));
    expect((await get('/health')).body['status']).toBe('healthy');
    expect((await get('/api/v1/health')).status).toBe(200);
    expect((await get('/version')).body).toHaveProperty('version');
  });

  it('filter by older names and in any case', async () => {
    expect((await get('/api/v1/jobs?status=completed')).headers.get('x-total-count')).toBe('1');
    expect((await get('/api/v1/jobs?status_in=FAILED,cancelled')).headers.get('x-total-count')).toBe('0');
    expect(
      (await get('/api/v1/executions?queued_after=2000-01-01T00:00:00Z&_sort=queued_at&_order=DESC')).headers.get('x-total-count'),
    ).toBe('1');
    expect((await get('/api/v1/tasks?label_like=ADD')).headers.get('x-total-count')).toBe('1');
  });

  it('are told plainly what is wrong with a page', async () => {
    const { status, body } = await get('/api/v1/jobs?_start=10&_end=10');
    expect(status).toBe(400);
    expect((body['error'] as { message: string }).message).toContain('_start must be less than _end');
  });
});

describe('a task run through the server', () => {
  it('runs at once and answers with its whole execution', async () => {
    const { status, body } = await post('/api/v1/tasks/addition/execute', { input: { num1: 1, num2: 2 } });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ status: 'COMPLETED', output: { sum: 3 }, attempt: 1 });
    expect(body.data['cost']).toMatchObject({ requests: 0 });
  });

  it('says of a failed run what failed, and keeps a recording of it', async () => {
    const { body } = await post('/api/v1/tasks/addition/execute', { input: { num1: 'one' } });
    expect(body.data).toMatchObject({ status: 'FAILED', errorCode: 'INPUT_INVALID', canRetry: true });
    const recording = await fetch(server.url + String(body.data['recordingPath']));
    expect(recording.status).toBe(200);
  });

  it('is refused when a field of the request is misspelt, and nothing is queued', async () => {
    const before = (await get('/api/v1/jobs')).headers.get('x-total-count');
    const { status, body } = await post('/api/v1/jobs', { taskId: 'addition', inptu: { num1: 1, num2: 2 } });
    expect(status).toBe(400);
    expect((body as unknown as { error: { message: string } }).error.message).toContain('inptu: is no field of this request; input is');
    expect((await get('/api/v1/jobs')).headers.get('x-total-count')).toBe(before);
  });

  it('of a name nobody knows says so', async () => {
    const { status, body } = await post('/api/v1/tasks/no-such-task/execute', { input: {} });
    expect(status).toBe(404);
    expect((body as unknown as { error: { message: string } }).error.message).toContain('no-such-task');
  });
});
