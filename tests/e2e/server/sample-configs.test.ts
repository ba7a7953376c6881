import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startRatchet } from '../../../src/testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-samples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withOwnTasks = ['development', 'claude-desktop', 'example-config'];

it.each(['minimal', 'development', 'production', 'claude-desktop', 'example-config'])(
  'a server starts with sample/configs/%s.yaml, runs a task, and stops',
  async (name) => {
    verifies('config.samples-start');
    const server = await startRatchet({
      args: [
        `--config=sample/configs/${name}.yaml`,
        '--data-dir',
        join(folder, name),
        ...(withOwnTasks.includes(name) ? [] : ['--sources', 'sample/js-tasks/addition']),
      ],
    });
    try {
      const health = (await (await fetch(`${server.url}/health`)).json()) as { status: string };
      expect(health.status).toBe('healthy');
      const answer = await fetch(`${server.url}/api/v1/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ taskId: 'addition', input: { num1: 5, num2: 10 }, wait: '20s' }),
      });
      const { data } = (await answer.json()) as { data: unknown };
      expect(data).toMatchObject({ status: 'COMPLETED', output: { sum: 15 } });
    } finally {
      expect(await server.stop()).toBe(0);
    }
    if (name === 'production') expect(JSON.parse(server.stderr().split('\n')[0]!)).toMatchObject({ level: 'info' });
    if (name === 'claude-desktop') expect(server.stderr()).not.toContain('have no effect');
  },
  30_000,
);
