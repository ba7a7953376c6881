import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RatchetError, setting } from '#kernel/index.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chosenProfile } from './profiles.ts';
import { loadSettings, type ConfigSources } from './load-settings.ts';
import { readConfigFile } from './config-file.ts';

const timeout = setting({
  key: 'test.http.timeout',
  type: z.number().positive(),
  default: 30,
  unit: 'seconds',
  describe: 'Seconds.',
  env: ['OLD_TIMEOUT'],
});
const agent = setting({ key: 'test.http.user_agent', type: z.string().min(1), default: 'Ratchet/1.0', describe: 'Name.' });
const verify = setting({ key: 'test.http.verify_ssl', type: z.boolean(), default: true, describe: 'Check certificates.' });
const pause = setting({ key: 'test.pause_ms', type: z.number().int().min(100), default: 1000, describe: 'Milliseconds.' });
const room = setting({ key: 'test.room_bytes', type: z.number().int(), default: 1, describe: 'Bytes.' });
const names = setting({ key: 'test.names', type: z.array(z.string()), default: [], describe: 'Names.' });
const port = setting({
  key: 'test.port',
  type: z.number().int(),
  default: 8080,
  describe: 'Port.',
  aliases: ['test.older_port', { keys: ['test.address'], read: ([said]) => Number(/:(\d+)$/.exec(String(said))?.[1]) || undefined }],
});
const secret = setting({ key: 'test.secret', type: z.string().min(8), default: 'changeme', describe: 'Secret.', isSecret: true });

const folder = mkdtempSync(join(tmpdir(), 'ratchet-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function settings(yaml: string | null, env: NodeJS.ProcessEnv = {}, flags: ConfigSources['flags'] = {}, flag?: string) {
  const path = join(folder, 'ratchet.yaml');
  if (yaml !== null) writeFileSync(path, yaml);
  const file = yaml === null ? null : readConfigFile(path);
  return loadSettings({ file, profile: chosenProfile({ flag, env, file }), env, flags });
}
function caught(run: () => unknown): RatchetError {
  try {
    run();
  } catch (error) {
    return error as RatchetError;
  }
  throw new Error('nothing was thrown');
}

describe('where a setting comes from', () => {
  it('takes the default, then the file, then the environment, then the flag', async () => {
    const yaml = 'test:\n  http:\n    timeout: 5\n';
    expect((await settings(null)).get(timeout)).toBe(30);
    expect((await settings(yaml)).get(timeout)).toBe(5);
    expect((await settings(yaml, { OLD_TIMEOUT: '6' })).get(timeout)).toBe(6);
    expect((await settings(yaml, { OLD_TIMEOUT: '6', RATCHET_TEST_HTTP_TIMEOUT: '7' })).get(timeout)).toBe(7);
    const flags = { 'test.http.timeout': { flag: '--http-timeout', value: '8' } };
    const all = await settings(yaml, { RATCHET_TEST_HTTP_TIMEOUT: '7' }, flags);
    expect(all.get(timeout)).toBe(8);
    expect(all.originOf(timeout).source).toBe('--http-timeout');
    expect((await settings(yaml)).originOf(timeout).source).toMatch(/ratchet\.yaml:3$/);
  });

  it('reads an empty variable and an empty file as not set', async () => {
    expect((await settings('', { RATCHET_TEST_HTTP_TIMEOUT: '' })).get(timeout)).toBe(30);
    expect((await settings('test:\n')).get(timeout)).toBe(30);
    expect((await settings('test:\n  http:\n    timeout:\n')).get(timeout)).toBe(30);
  });

  it('asks only for what somebody reads, whatever else stands there', async () => {
    expect((await settings('mcp: {host: x}\ntest: {http: {unheard: [1]}}')).get(timeout)).toBe(30);
  });

  it('reads a secret from a file named by a variable', async () => {
    const path = join(folder, 'secret');
    writeFileSync(path, 'from the file\n');
    expect((await settings(null, { RATCHET_TEST_SECRET_FILE: path })).get(secret)).toBe('from the file');
    expect(
      caught(() => loadSettings({ file: null, profile: null, env: { RATCHET_TEST_SECRET_FILE: `${path}x` }, flags: {} }).get(secret))
        .message,
    ).toMatch(/RATCHET_TEST_SECRET_FILE=.*ENOENT/);
  });
});

describe('older names', () => {
  it('mean the same in the file and as variables', async () => {
    expect((await settings('test: {older_port: 1}')).get(port)).toBe(1);
    expect((await settings('test: {address: "0.0.0.0:2"}')).get(port)).toBe(2);
    expect((await settings('test: {address: "0.0.0.0"}')).get(port)).toBe(8080);
    expect((await settings(null, { RATCHET_TEST_OLDER_PORT: '3' })).get(port)).toBe(3);
    expect((await settings('test: {older_port: 1}')).originOf(port).source).toMatch(/ratchet\.yaml:1$/);
  });

  it('in the section of a profile win over the general name', async () => {
    const yaml = 'profiles: {mine: {test: {older_port: 5}}}\ntest: {port: 4}\n';
    expect((await settings(yaml)).get(port)).toBe(4);
    expect((await settings(yaml, {}, {}, 'mine')).get(port)).toBe(5);
  });
});

describe('a profile', () => {
  const yaml = 'profile: mine\ntest: {port: 1, pause_ms: 500}\nprofiles: {mine: {test: {port: 2}}, yours: {test: {port: 3}}}\n';
  it('is named by the file, the environment or a flag, the later winning', async () => {
    expect((await settings(yaml)).get(port)).toBe(2);
    expect((await settings(yaml, { RATCHET_PROFILE: 'yours' })).get(port)).toBe(3);
    expect((await settings(yaml, { RATCHET_PROFILE: 'yours' }, {}, 'mine')).get(port)).toBe(2);
    expect((await settings(yaml, { RATCHET_PROFILE: '' })).profile).toMatchObject({ name: 'mine' });
    expect((await settings(yaml)).get(pause)).toBe(500);
  });

  it('that comes with the program is below the file, and above defaults', async () => {
    const { logFormat } = await import('#observe/index.ts');
    expect((await settings(null, {}, {}, 'production')).get(logFormat)).toBe('json');
    expect((await settings(null, {}, {}, 'prod')).originOf(logFormat).source).toBe('profile production');
    expect((await settings('logging: {format: text}', {}, {}, 'production')).get(logFormat)).toBe('text');
    expect((await settings(null)).get(logFormat)).toBe('text');
  });
});

describe('variables', () => {
  it("that Kubernetes sets are nobody's value", async () => {
    expect((await settings(null, { RATCHET_TEST_PORT: 'tcp://10.0.0.1:8080' })).get(port)).toBe(8080);
    expect((await settings(null, { RATCHET_TEST_PORT: '81' })).get(port)).toBe(81);
  });

  it('may stand in a file for every setting, but not in both ways at once', async () => {
    const path = join(folder, 'port');
    writeFileSync(path, '82\r\n');
    expect((await settings(null, { RATCHET_TEST_PORT_FILE: path })).get(port)).toBe(82);
    const both = await settings(null, { RATCHET_TEST_PORT_FILE: path, RATCHET_TEST_PORT: '81' });
    expect(() => both.get(port)).toThrow(/RATCHET_TEST_PORT_FILE is set as well/);
  });
});

describe('values as people write them', () => {
  it('reads booleans, lists, durations and sizes from text', async () => {
    const env = {
      RATCHET_TEST_HTTP_VERIFY_SSL: 'False',
      RATCHET_TEST_NAMES: 'a, b',
      RATCHET_TEST_HTTP_TIMEOUT: '10m',
      RATCHET_TEST_PAUSE_MS: '2s',
      RATCHET_TEST_ROOM_BYTES: '64KB',
      RATCHET_TEST_HTTP_USER_AGENT: '42',
    };
    const read = await settings(null, env);
    expect([verify, names, timeout, pause, room, agent].map((s) => read.get(s as never))).toEqual([
      false,
      ['a', 'b'],
      600,
      2000,
      65_536,
      '42',
    ]);
    expect((await settings('test: {http: {timeout: 1h, verify_ssl: no}}')).get(timeout)).toBe(3600);
    expect((await settings(null, { RATCHET_TEST_HTTP_VERIFY_SSL: '0' })).get(verify)).toBe(false);
    expect((await settings('test: {http: {timeout: 1h30m}, pause_ms: PT1S}')).get(timeout)).toBe(5400);
    expect((await settings('test: {pause_ms: PT1S}')).get(pause)).toBe(1000);
  });

  it('takes no unit for a plain number', async () => {
    const read = await settings('test: {port: 10m}');
    expect(() => read.get(port)).toThrow(/test\.port cannot be "10m"/);
  });

  it('never takes a bare number for another unit to make it fit', async () => {
    const read = await settings(null, { RATCHET_TEST_PAUSE_MS: '50' });
    expect(() => read.get(pause)).toThrow(/RATCHET_TEST_PAUSE_MS/);
  });

  it('puts variables into texts of the file', async () => {
    const yaml = 'test:\n  http: {timeout: "${T:-9}", user_agent: "${WHO} bot"}\n';
    const read = await settings(yaml, { WHO: 'my' });
    expect(read.get(agent)).toBe('my bot');
    expect(read.get(timeout)).toBe(9);
    const missing = await settings(yaml, {});
    expect(missing.get(timeout)).toBe(9);
    expect(() => missing.get(agent)).toThrow(/ratchet\.yaml:2.*variable WHO is not set/);
  });
});

describe('wrong values', () => {
  it('are refused naming key, value, file and line', async () => {
    const read = await settings('test:\n  http:\n    user_agent: x\n    timeout: soon\n');
    const error = caught(() => read.get(timeout));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exit: 'usage' });
    expect(error.message).toMatch(/test\.http\.timeout cannot be "soon" \(.*ratchet\.yaml:4\)/);
  });
  it('of secrets are not printed', async () => {
    const read = await settings(null, { RATCHET_TEST_SECRET: 'hunter2' });
    expect(caught(() => read.get(secret)).message).not.toContain('hunter2');
  });
  it('of a file as a whole name file, line and column', async () => {
    await expect(settings('test:\n  - a\n b: }')).rejects.toThrow(/ratchet\.yaml:\d+:\d+/);
    await expect(settings('- a\n- b')).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
    expect(caught(() => readConfigFile(join(folder, 'nowhere.yaml')))).toMatchObject({ code: 'CONFIG_UNREADABLE' });
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from('bcdefghi')
      .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]`)
      .join('\n')}`;
    await expect(settings(bomb)).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });
});
