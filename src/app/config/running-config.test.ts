import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/index.ts';
import { changeRules, ruleFor } from '#server-settings/index.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { readConfigFile } from './config-file.ts';
import { everySetting } from './every-setting.ts';
import { liveSettings } from './live-settings.ts';
import { loadSettings, type ConfigSources } from './load-settings.ts';
import { createRunningConfig } from './running-config.ts';
import { httpTimeout } from '#engine/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-running-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let number = 0;
let file: string;
beforeEach(() => {
  file = join(folder, `ratchet-${number++}.yaml`);
});

function running(yaml: string | null, more: Partial<ConfigSources> = {}) {
  if (yaml !== null) writeFileSync(file, yaml);
  const sources: ConfigSources = { file: yaml === null ? null : readConfigFile(file), profile: null, env: {}, flags: {}, ...more };
  const settings = liveSettings(loadSettings(sources));
  const log: string[] = [];
  const changed: (readonly string[])[] = [];
  const config = createRunningConfig({
    settings,
    sources,
    clock: { ...systemClock, now: () => Date.parse('2026-01-31T12:00:00Z') },
    logger: { log: (level, message, fields) => void log.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`) },
    onChanged: (keys) => void changed.push(keys),
  });
  const set = (values: Record<string, unknown>, save = false) => config.change({ values, save, by: 'me' });
  const one = async (key: string) => (await config.list(key))[0]!;
  return { config, settings, log, changed, set, one };
}

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'it worked',
    (error: { code?: string }) => error.code ?? 'an error without a code',
  );

describe('what is set while running', () => {
  it('holds at once over file, variable and flag, shows what it covers, and ends when it is reset', async () => {
    verifies('config.set');
    const { config, settings, set, one, log, changed } = running('http: {timeout: 10}\n', {
      env: { RATCHET_HTTP_MAX_REDIRECTS: '3' },
      flags: { 'logging.level': { flag: '--log-level', value: 'warn' } },
    });
    const answer = await set({ 'http.timeout': '1m', 'http.max_redirects': 4, 'logging.level': 'debug' });
    expect(answer.changed.map(({ key, from, to }) => [key, from, to])).toEqual([
      ['http.max_redirects', 3, 4],
      ['http.timeout', 10, 60],
      ['logging.level', 'warn', 'debug'],
    ]);
    expect(settings.get(httpTimeout)).toBe(60);
    expect(await one('http.timeout')).toMatchObject({
      value: 60,
      origin: 'running',
      source: 'set by me at 2026-01-31T12:00:00.000Z',
      underneath: { value: 10, origin: 'file', source: `${file}:1` },
    });
    expect((await one('http.max_redirects')).underneath).toMatchObject({ origin: 'environment', source: 'RATCHET_HTTP_MAX_REDIRECTS' });
    expect((await one('logging.level')).underneath).toMatchObject({ origin: 'flag', source: '--log-level' });
    expect(changed).toEqual([['http.max_redirects', 'http.timeout', 'logging.level']]);
    // Limits of tasks are told of more loudly.
    expect(log[0]).toMatch(/^warn settings were changed while the server runs .*"by":"me".*"http.timeout":\{"from":10,"to":60\}/);
    expect((await config.reset(['http.timeout'], 'me')).changed).toMatchObject([{ key: 'http.timeout', from: 60, to: 10 }]);
    expect((await config.reset([], 'me')).changed.map(({ key }) => key)).toEqual(['http.max_redirects', 'logging.level']);
    expect((await one('http.timeout')).underneath).toBeNull();
    expect((await config.reset([], 'me')).changed).toEqual([]);
  });

  it('outlives a reload, which says so', async () => {
    verifies('config.set');
    const { config, settings, set, log } = running('http: {timeout: 10, max_redirects: 1}\n');
    await set({ 'http.timeout': 60 });
    writeFileSync(file, 'http: {timeout: 20, max_redirects: 2}\nserver: {port: 9000}\n');
    expect(await config.reload('me')).toMatchObject({
      file,
      changed: [{ key: 'http.max_redirects', from: 1, to: 2 }],
      needRestart: [{ key: 'server.port', from: 8080, to: 9000, source: `${file}:2` }],
      kept: [{ key: 'http.timeout', from: 60, to: 20, source: `${file}:1` }],
    });
    expect(settings.get(httpTimeout)).toBe(60);
    expect(log.at(-1)).toBe('info what was set while running holds on {"settings":["http.timeout"]}');
    expect((await config.list('server.port'))[0]).toMatchObject({ value: 8080, afterRestart: { value: 9000, origin: 'file' } });
    await config.reset(['http.timeout'], 'me');
    expect(settings.get(httpTimeout)).toBe(20);
  });

  it('is checked by the setting itself, and all of it happens or nothing', async () => {
    verifies('config.set');
    const { settings, set, log } = running(null);
    await expect(set({ 'http.timeout': 60, 'http.timeuot': 1 })).rejects.toMatchObject({
      code: 'SETTING_UNKNOWN',
      data: { near: 'http.timeout' },
    });
    await expect(set({ 'http.timeout': 60, 'logging.level': 'loud' })).rejects.toMatchObject({
      code: 'SETTING_VALUE_REFUSED',
      message: expect.stringContaining('"loud"'),
      hint: 'logging.level accepts: trace, debug, info, warn, error, warning.',
    });
    expect(await code(set({ 'http.timeout': -1 }))).toBe('SETTING_VALUE_REFUSED');
    expect(await code(set({ 'execution.memory_mb': 256, 'execution.max_memory_mb': 128 }))).toBe('SETTING_VALUE_REFUSED');
    expect(await code(set({ constructor: 1 }))).toBe('SETTING_UNKNOWN');
    expect([settings.get(httpTimeout), log]).toEqual([30, []]);
    // Older names mean the same, and not twice.
    expect((await set({ 'engine.health_check_interval': 2 })).changed).toHaveLength(1);
    expect((await set({ 'server.workers.health_check_interval': 3 })).changed).toMatchObject([{ key: 'engine.health_check_interval' }]);
    expect(await code(set({ 'engine.health_check_interval': 4, 'server.workers.health_check_interval': 5 }))).toBe('SETTING_VALUE_REFUSED');
  });

  it('is nothing that needs a restart, has no effect, is a secret, or opens the sandbox', async () => {
    verifies('config.set-closed');
    const { set } = running(null);
    await expect(set({ 'server.bind_address': '0.0.0.0' })).rejects.toMatchObject({
      code: 'SETTING_NEEDS_RESTART',
      hint: 'Write server.bind_address into a configuration file, or set RATCHET_SERVER_BIND_ADDRESS, and start the server again.',
    });
    for (const key of ['http.allowed_addresses', 'engine.confinement', 'network.trust_task_lists', 'server.database.url'])
      expect([key, await code(set({ [key]: [] }))]).toEqual([key, 'SETTING_NEEDS_RESTART']);
    const closed = [
      'engine.isolation',
      'registry.sources',
      'registry.auth',
      'registry.pushback.auto_push',
      'tasks.require_network_approval',
    ];
    for (const key of [...closed, 'logging.targets', 'logging.patterns.files', 'cache.http_cache.enabled'])
      expect([key, await code(set({ [key]: 'warm' }))]).toEqual([key, 'SETTING_CLOSED']);
  });
});

describe('which settings callers may change', () => {
  it('is said of each that takes effect while running, with a reason', async () => {
    verifies('config.set-closed');
    const live = (await everySetting()).filter(
      ({ reload, inactive, key }) => reload === 'live' && inactive === undefined && !key.startsWith('test_'),
    );
    expect(live.filter(({ key }) => ruleFor(key).keys.length === 0).map(({ key }) => key)).toEqual([]);
    const idle = changeRules
      .flatMap(({ keys }) => keys)
      .filter((one) => !live.some(({ key }) => key === one || (one.endsWith('.') && key.startsWith(one))));
    expect(idle).toEqual([]);
    for (const { why } of changeRules) expect(why).toMatch(/\.$/);
    // Whatever nobody thought of stays closed.
    expect(ruleFor('something.new').stance).toBe('refused');
    expect(ruleFor('execution.validate_schemas').why).not.toBe(ruleFor('execution.max_cpu_ms').why);
  });
});

describe('a reload', () => {
  it('of a broken file changes nothing and names all of it', async () => {
    verifies('config.reload-refused');
    const { config, settings, log } = running('http: {timeout: 10}\n');
    writeFileSync(file, 'http: {timout: 20}\nserver: {port: many}\n');
    await expect(config.reload('me')).rejects.toMatchObject({
      code: 'CONFIG_NOT_TAKEN_OVER',
      data: { file, problems: [expect.stringContaining(`${file}:1  http.timout`), expect.stringContaining(`${file}:2  server.port`)] },
    });
    writeFileSync(file, 'a: b: c\n');
    expect(await code(config.reload('me'))).toBe('CONFIG_NOT_TAKEN_OVER');
    await config.reloadOnSignal();
    expect(log.filter((line) => line.startsWith('error the configuration is not taken over'))).toHaveLength(3);
    expect(settings.get(httpTimeout)).toBe(10);
    rmSync(file);
    expect(await code(config.reload('me'))).toBe('CONFIG_NOT_TAKEN_OVER');
  });

  it('without a file says so', async () => {
    expect(await running(null).config.reload('me')).toEqual({ file: null, changed: [], needRestart: [], kept: [] });
  });

  it('of a file that contradicts what was set while running is refused', async () => {
    const { config, set } = running('execution: {max_memory_mb: 512}\n');
    await set({ 'execution.memory_mb': 400 });
    writeFileSync(file, 'execution: {max_memory_mb: 256}\n');
    await expect(config.reload('me')).rejects.toMatchObject({ data: { problems: [expect.stringContaining('execution.m')] } });
  });
});

describe('what is shown', () => {
  it('holds no secret, wherever it stands', async () => {
    verifies('config.masked');
    const { config } = running(
      'http: {proxy: "http://me:hunter2@proxy.example:8080"}\nserver: {database: {url: "postgres://me:hunter2@db.example/x"}}\n' +
        'registry:\n  auth: {mine: {type: token, token: hunter2}}\n  sources: [{name: a, uri: "https://git.example/a.git", auth_token: hunter2}]\n' +
        'mcp: {authentication: {method: api_key, api_keys: [{key: hunter2hunter2, name: desk}]}}\n',
    );
    const all = await config.list(null);
    expect(JSON.stringify(all)).not.toContain('hunter2');
    expect(all.filter(({ value }) => value === '********').map(({ key }) => key)).toEqual([
      'http.proxy',
      'mcp.authentication.api_keys',
      'registry.auth',
      'server.database.url',
    ]);
    writeFileSync(file, 'http: {proxy: "http://me:other-hunter2@proxy.example:8080"}\n');
    expect(JSON.stringify(await config.reload('me'))).not.toContain('hunter2');
  });

  it('is one setting, an older name of it, or all below a section', async () => {
    const { config } = running(null);
    const keys = async (said: string) => (await config.list(said)).map(({ key }) => key);
    expect(await keys('server.host')).toEqual(['server.bind_address']);
    expect(await keys('server.tls')).toEqual(await keys('server.tls.'));
    expect(await keys('server.tls.')).toEqual(['cert_file', 'chain_file', 'key_file', 'min_version'].map((name) => `server.tls.${name}`));
    for (const said of ['http.timeuot', 'htp.', 'http.timeout.', 'http.timeout.seconds', ''])
      expect(await code(config.list(said))).toBe('SETTING_UNKNOWN');
  });

  it('says of a part that does not exist yet that it has no effect', async () => {
    const { one } = running('cache: {http_cache: {max_size_bytes: "${MISSING}"}}\n');
    expect(await one('cache.http_cache.max_size_bytes')).toMatchObject({ effect: 'none', canChange: false, value: null });
  });
});

describe('what is saved', () => {
  it('stands in the file with its comments, holds, and is no news to a reload', async () => {
    verifies('config.set-saved');
    const { config, set, settings, one } = running('# mine\nhttp:\n  timeout: 10s # slow\n\nlogging:\n  level: info\n');
    // More than the mask of this process leaves to new files.
    chmodSync(file, 0o666);
    expect((await set({ 'http.timeout': '20s', 'http.max_redirects': 2 }, true)).savedTo).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe('# mine\nhttp:\n  timeout: 20s # slow\n  max_redirects: 2\n\nlogging:\n  level: info\n');
    expect(statSync(file).mode & 0o777).toBe(0o666);
    expect(settings.get(httpTimeout)).toBe(20);
    expect(await one('http.timeout')).toMatchObject({ origin: 'file', underneath: null });
    expect(await config.reload('me')).toMatchObject({ changed: [], kept: [] });
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('goes where the profile says it, and through a link', async () => {
    verifies('config.set-saved');
    const target = `${file}.target`;
    writeFileSync(target, 'http: {timeout: 1}\nprofiles:\n  mine:\n    http:\n      timeout: 2\n');
    symlinkSync(target, file);
    const { set } = running(null, { file: readConfigFile(file), profile: { name: 'mine', source: '--profile' } });
    await set({ 'http.timeout': 3 }, true);
    expect(readFileSync(target, 'utf8')).toBe('http: {timeout: 1}\nprofiles:\n  mine:\n    http:\n      timeout: 3\n');
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });

  it('is refused where it would not hold or would change something else, and nothing is changed', async () => {
    verifies('config.set-saved');
    const refused = async (yaml: string, more: Partial<ConfigSources> = {}) => {
      const { set, settings } = running(yaml, more);
      const found = await code(set({ 'http.timeout': 99 }, true));
      expect([readFileSync(file, 'utf8'), settings.get(httpTimeout)]).toEqual([yaml, expect.not.toBeOneOf([99])]);
      return found;
    };
    expect(await refused('http: {timeout: 1}\n', { env: { RATCHET_HTTP_TIMEOUT: '5' } })).toBe('SETTING_NOT_SAVED');
    expect(await refused('http: {timeout: 1}\n', { flags: { 'http.timeout': { flag: '--timeout', value: 5 } } })).toBe('SETTING_NOT_SAVED');
    expect(await refused('http: {timeout: "${T}"}\n', { env: { T: '5' } })).toBe('SETTING_NOT_SAVED');
    expect(await refused('x: &x {timeout: 1}\nhttp: *x\n')).toBe('SETTING_NOT_SAVED');
    expect(await code(running(null).set({ 'http.timeout': 99 }, true))).toBe('SETTING_NOT_SAVED');
  });

  it('is refused where somebody has changed the file since it was read', async () => {
    verifies('config.set-saved');
    const { set, settings, config } = running('http: {timeout: 1}\n');
    writeFileSync(file, 'http: {timeout: 1}\n# mine\n');
    expect(await code(set({ 'http.timeout': 99 }, true))).toBe('CONFIG_FILE_CHANGED');
    expect([readFileSync(file, 'utf8'), settings.get(httpTimeout)]).toEqual(['http: {timeout: 1}\n# mine\n', 1]);
    await config.reload('me');
    expect(await code(set({ 'http.timeout': 99 }, true))).toBe('it worked');
    expect(readFileSync(file, 'utf8')).toBe('http: {timeout: 99}\n# mine\n');
    rmSync(file);
    expect(await code(set({ 'http.timeout': 98 }, true))).toBe('CONFIG_FILE_UNWRITABLE');
  });
});
