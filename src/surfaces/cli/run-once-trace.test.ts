import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ratchet } from '../../testing/ratchet-process.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-run-once-trace-'));
const task = join(folder, 'task');
let server: Server;
let input = '';

beforeAll(async () => {
  server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"password":"hunter2-in-the-answer"}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  input = JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders?token=key-in-the-address` });
  mkdirSync(task);
  writeFileSync(
    join(task, 'metadata.json'),
    JSON.stringify({ uuid: '0b6f1f3e-6a52-4d7e-9a54-8f2f6f0f2a11', version: '1.0.0', label: 'Orders', name: 'weekly-orders' }),
  );
  writeFileSync(
    join(task, 'main.js'),
    `export default async function main({ url, fails }) {
  console.log('asking');
  const response = await fetch(url, { headers: { authorization: 'Bearer key-of-the-author' } });
  reportProgress(0.5);
  if (fails) throw new RangeError('not like this');
  return Object.keys(response.body);
}
`,
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

const run = (...flags: string[]) => ratchet(['run-once', task, '--input-json', input, ...flags], { cwd: folder });

describe('ratchet run-once', () => {
  it('writes a page named for the task into the current folder, and says so on standard error', async () => {
    const { code, stdout, stderr } = await run('--trace-format', 'html');
    expect([code, stdout]).toEqual([0, '["password"]\n']);
    expect(stderr).toContain('Trace saved to: weekly-orders-trace.html\n');
    const page = readFileSync(join(folder, 'weekly-orders-trace.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('main.js');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('writes everything about a run as JSON where the file is named so, without its secrets', async () => {
    const { stderr } = await run('--trace-file', join(folder, 'run.json'));
    expect(stderr).toContain('run.json');
    const json = readFileSync(join(folder, 'run.json'), 'utf8');
    expect(json).not.toMatch(/hunter2|key-of-the-author|key-in-the-address/);
    expect(JSON.parse(json)).toMatchObject({
      formatVersion: 1,
      task: { label: 'Orders' },
      state: 'completed',
      effects: [
        {
          method: 'GET',
          status: 200,
          site: { file: 'main.js', line: 3 },
          request: { headers: expect.arrayContaining([['authorization', expect.stringMatching(/^Bearer __secret_/)]]) },
          response: { body: { text: expect.stringContaining('__secret_password__') } },
        },
      ],
      logs: [{ message: 'asking' }],
      progress: [{ update: 0.5 }],
      sources: { 'main.js': expect.stringContaining('__secret_authorization__') },
    });
  });

  it('writes into a pipe without putting a file in its place', async ({ skip }) => {
    const pipe = join(folder, 'pipe');
    if (spawnSync('mkfifo', [pipe]).status !== 0) skip('there is no mkfifo here');
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [read] = await Promise.all([text(reader.stdout), run('--trace-format', 'json', '--trace-file', pipe)]);
    expect(JSON.parse(read)).toMatchObject({ formatVersion: 1, state: 'completed' });
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it('writes the page of a run that failed, and ends as the run did', async () => {
    const file = join(folder, 'failed.html');
    const failing = { ...(JSON.parse(input) as object), fails: true };
    const { code, stderr } = await ratchet(['run-once', task, '--input-json', JSON.stringify(failing), '--trace-file', file]);
    expect([code, existsSync(file)]).toEqual([1, true]);
    expect(stderr).toMatch(/Trace saved to: [^]*RangeError: not like this/);
  });

  it('prints the result even where the trace cannot be written, and says why', async () => {
    for (const [path, reason] of [
      [join(folder, 'nowhere', 'x.html'), 'there is no such folder'],
      [task, 'it is a folder'],
    ] as const) {
      const { code, stdout, stderr } = await run('--trace-file', path);
      expect([code, stdout]).toEqual([8, '["password"]\n']);
      expect(stderr).toContain(`The trace could not be written to ${path}: ${reason}.`);
    }
  });

  it('prints the timeline with --trace-format text, and refuses a file for it', async () => {
    const { code, stderr } = await run('--trace-format', 'text');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/r1 +GET http:\S+\/orders\S* 200/)]);
    const refused = await run('--trace-format', 'text', '--trace-file', join(folder, 'x.txt'));
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('standard error')]);
  });
});
