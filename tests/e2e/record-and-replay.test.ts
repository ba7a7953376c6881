import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecording } from '#recordings/index.ts';
import { startHttpStub, type HttpStub } from '#testing/http-stub.ts';
import { launcher, systemPath } from '#testing/checkout.ts';
import { ratchet } from '#testing/ratchet-process.ts';
import { verifies } from '../requirements/verifies.ts';
import { taskFolder, temporaryFolder } from './task-folder.ts';

let stub: HttpStub;
beforeAll(async () => {
  stub = await startHttpStub({
    '/rate': (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ rate: 1.5, token: 'tok-9876543210' }));
    },
    '/never': () => {},
  });
});
afterAll(() => stub.close());

const convert = () => `async function main({ amount, apiKey }) {
  const { rate, token } = await (await fetch('${stub.url}/rate', { headers: { authorization: 'Bearer ' + apiKey } })).json();
  console.log('rate', rate, 'token', token, 'key', apiKey);
  return { amount: amount * rate, at: Date.now(), id: crypto.randomUUID() };
}`;
const input = '{"amount": 4, "apiKey": "sk-12345-secret"}';

function sessionIn(folder: string): string {
  const [name] = readdirSync(folder);
  return join(folder, name!);
}

async function recorded(code = convert(), flags: string[] = []) {
  const task = taskFolder(code);
  const folder = temporaryFolder();
  const run = await ratchet(['run-once', task, '--input-json', input, '--record', folder, ...flags]);
  return { task, run, folder, session: sessionIn(folder) };
}

describe('record and replay', () => {
  it('records a run whose requests a replay then answers, and prints the output alone', async () => {
    verifies('replay.offline');
    const { task, run, session } = await recorded();
    expect(run.code).toBe(0);
    expect(Object.keys(JSON.parse(run.stdout) as object)).toEqual(['amount', 'at', 'id']);
    expect(run.stderr).toContain(`Recording saved to: ${session}`);
    const before = stub.requests.length;
    const replay = await ratchet(['replay', '--from-fs', task, `--recording=${session}`]);
    expect(replay.stdout).toContain(`Replay Result: ${run.stdout.trim()}\n`);
    expect(replay.stdout).toContain('✅ Replay output matches recorded output');
    expect([replay.code, stub.requests.length]).toEqual([0, before]);
  });

  it('keeps no secret in any of its files', async () => {
    verifies('recording.no-secrets');
    const { session } = await recorded();
    for (const name of readdirSync(session)) {
      expect(`${name}: ${readFileSync(join(session, name), 'latin1')}`).not.toMatch(/sk-12345|tok-98765/);
    }
    expect(readFileSync(join(session, 'ratchet.log'), 'utf8')).toContain('rate 1.5 token __secret_token__ key __secret_apiKey__');
  });

  it('ends with 1 and names effect and line where the code asks for something else', async () => {
    const { session } = await recorded();
    const changed = taskFolder(convert().replace('/rate', '/rate?v=2'));
    const replay = await ratchet(['replay', changed, '--recording', session]);
    expect(replay.code).toBe(1);
    expect(replay.stdout).toContain('⚠️  Replay output differs from recorded output');
    expect(replay.stdout).toMatch(/effect 1: request at main\.js:2:\d+/);
    expect(replay.stdout).toContain(`expected: GET ${stub.url}/rate`);
    expect(replay.stdout).toContain('Note: The task was changed after it was recorded.');
  });

  it('shows with --against what another version changes', async () => {
    const { task, session } = await recorded();
    const changed = taskFolder(convert().replace('amount * rate', 'amount * rate + 1'));
    const replay = await ratchet(['replay', task, '--recording', session, '--against', changed, '--format', 'json']);
    expect(replay.code).toBe(1);
    expect(JSON.parse(replay.stdout)).toMatchObject({
      state: 'diverged',
      how: 'recorded',
      divergences: [{ kind: 'output', what: 'output.amount', expected: '6', got: '7' }],
    });
  });

  it('asks the network again with --live', async () => {
    const { task, session } = await recorded('async () => (await fetch("' + stub.url + '/rate")).status');
    const before = stub.requests.length;
    const replay = await ratchet(['replay', task, '--recording', session, '--live']);
    expect([replay.code, stub.requests.length]).toEqual([0, before + 1]);
  });

  it('replays from requests.har and input.json alone', async () => {
    const { task, session } = await recorded('async ({ amount }) => (await (await fetch("' + stub.url + '/rate")).json()).rate * amount');
    const bare = temporaryFolder();
    for (const name of ['requests.har', 'input.json', 'output.json']) writeFileSync(join(bare, name), readFileSync(join(session, name)));
    const before = stub.requests.length;
    const replay = await ratchet(['replay', task, '--recording', bare, '--format', 'json']);
    expect(JSON.parse(replay.stdout)).toMatchObject({ state: 'same', output: 6, recording: { madeBy: 'HAR' } });
    expect(stub.requests.length).toBe(before);
  });

  it('records what failed, with its error, and a run that was interrupted', async () => {
    const failed = await recorded('() => { console.log("about to fail"); throw new DataError("no rate"); }');
    expect(failed.run.code).toBe(1);
    expect(readdirSync(failed.session)).toContain('error.json');
    expect((await ratchet(['replay', failed.task, '--recording', failed.session])).code).toBe(0);

    const task = taskFolder(`async () => { console.log('waiting'); await fetch('${stub.url}/never'); }`);
    const folder = temporaryFolder();
    const run = await ratchet(['run-once', task, '--record', folder], {
      onStderr: (text, child) => {
        if (text.includes('waiting')) child.kill('SIGINT');
      },
    });
    expect(run.code).toBe(130);
    const { recording } = readRecording(sessionIn(folder));
    expect(recording).toMatchObject({ error: { code: 'CANCELLED' }, logs: [{ message: 'waiting' }], effects: [{ outcome: null }] });
    expect((await ratchet(['replay', task, '--recording', sessionIn(folder)])).code).toBe(0);
  });

  it.each([
    ['no recording', [], 2, 'Recording path is required for replay'],
    ['a path that leads nowhere', ['--recording', 'nowhere'], 2, 'There is no recording at "nowhere"'],
    ['a folder that is none', ['--recording', 'src'], 2, 'neither effects nor requests.har'],
  ])('says what is wrong with %s', async (_name, flags, code, why) => {
    const replay = await ratchet(['replay', 'sample/js-tasks/addition', ...flags]);
    expect(replay.code).toBe(code);
    expect(replay.stderr).toContain(why);
    expect(replay.stdout).toBe('');
  });

  it('refuses before the run when the recording could not be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const run = await ratchet(['run-once', 'sample/js-tasks/addition', '--input-json', '{"num1":1,"num2":2}', '--record', file]);
    expect([run.code, run.stdout]).toEqual([8, '']);
    expect(run.stderr).toContain('RECORDING_UNWRITABLE');
  });

  it('leaves whole recordings or none where the process is killed, and sweeps up what was left', { timeout: 60_000 }, async () => {
    verifies('recording.whole-or-none');
    const task = taskFolder(
      `async () => { const out = []; for (let i = 0; i < 20; i++) out.push((await fetch('${stub.url}/rate')).body, 'x'.repeat(100_000)); return out; }`,
    );
    const folder = temporaryFolder();
    let killed = 0;
    for (let delayMs = 0; delayMs < 60; delayMs += 6) {
      const child = spawn(process.execPath, [launcher, 'run-once', task, '--record', folder], {
        env: { PATH: systemPath },
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
      // Killed around the time at which it writes: as soon as its unfinished folder shows, and a little later each time.
      const before = readdirSync(folder).length;
      while (child.exitCode === null && readdirSync(folder).length === before) await sleep(1);
      await sleep(delayMs);
      child.kill('SIGKILL');
      if ((await ended) === 'SIGKILL') killed++;
    }
    expect(killed).toBeGreaterThan(0);
    for (const name of readdirSync(folder).filter((one) => one.startsWith('ratchet_session_'))) {
      expect(readRecording(join(folder, name)).recording.effects).toHaveLength(20);
    }
    const left = join(folder, '.ratchet_session_old');
    mkdirSync(left);
    utimesSync(left, 1, 1);
    await ratchet(['run-once', task, '--record', folder]);
    expect(readdirSync(folder)).not.toContain('.ratchet_session_old');
  });
});
