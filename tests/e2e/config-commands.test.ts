import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repository, sharedCache } from '../../src/testing/checkout.ts';
import { ratchet } from '../../src/testing/ratchet-process.ts';
import { verifies } from '../requirements/verifies.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-config-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const home = join(folder, 'home');
mkdirSync(home);
const addition = ['run-once', '--from-fs', join(repository, 'sample/js-tasks/addition'), '--input-json', '{"num1": 1, "num2": 2}'];

function inFolder(name: string, files: Readonly<Record<string, string>> = {}) {
  const cwd = join(folder, name);
  mkdirSync(cwd, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
  return (args: readonly string[], env: NodeJS.ProcessEnv = {}) => ratchet(args, { cwd, env: { HOME: home, ...sharedCache, ...env } });
}

describe('config validate', () => {
  it('says that a file is fine, or everything that is wrong with it', async () => {
    verifies('config.all-problems');
    verifies('config.unknown-keys');
    const run = inFolder('validate', {
      'good.yaml': 'http: {timeout: 10m}\n',
      'bad.yaml': 'http:\n  timout: 5\nserver:\n  port: many\n',
      'broken.yaml': 'a: b: c\n',
    });
    const good = await run(['config', 'validate', '--config-file=good.yaml']);
    expect([good.code, good.stdout]).toEqual([0, '✅ Configuration file is valid\n']);
    const bad = await run(['config', 'validate', '--config-file=bad.yaml']);
    expect(bad.code).toBe(1);
    expect(bad.stdout.split('\n').slice(0, 4)).toEqual([
      '❌ Configuration validation failed: 2 problems',
      'bad.yaml:2 error http.timout is not a setting',
      '    Did you mean http.timeout?',
      'bad.yaml:4 error server.port cannot be "many": Invalid input: expected number, received string',
    ]);
    const broken = await run(['config', 'validate', '--config-file=broken.yaml', '--format', 'json']);
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.stdout)).toMatchObject({ valid: false, file: 'broken.yaml', problems: [{ severity: 'error', line: 1 }] });
    expect((await run(['config', 'validate', '--config-file=nowhere.yaml'])).code).toBe(1);
  });

  it('looks at the file a server would use, and lets no server start with a bad one', async () => {
    verifies('config.unknown-keys');
    const run = inFolder('implicit', { 'ratchet.yaml': 'http: {timout: 5}\nserver: {prot: 1}\n' });
    expect((await run(['config', 'validate'])).stdout).toContain('ratchet.yaml:1 error http.timout');
    const served = await run(['serve', '--port', '0', '--data-dir', 'data']);
    expect([served.code, served.stdout]).toEqual([2, '']);
    expect(served.stderr).toMatch(/ratchet\.yaml:1 {2}http\.timout.*\n.*ratchet\.yaml:2 {2}server\.prot.*Did you mean server\.port\?/);
  });
});

describe('a file that nobody named', () => {
  it('in the folder of a task is not used by commands that run tasks', async () => {
    verifies('config.stranger');
    const run = inFolder('stranger', { 'ratchet.yaml': 'execution: {max_cpu_ms: 1}\nzebra: 1\n' });
    const result = await run(addition);
    expect([result.code, result.stdout]).toEqual([0, '{"sum":3}\n']);
    expect(result.stderr).toContain('Note: ratchet.yaml in this folder is not used by this command; --config ratchet.yaml uses it.');
    expect((await run([...addition, '--config', 'ratchet.yaml'])).stderr).toContain('zebra');
  });

  it('is nothing to commands that ask a running server, which has its own', async () => {
    const run = inFolder('client', { 'ratchet.yaml': 'zebra: 1\n' });
    const { code, stderr } = await run(['job', 'list', '--server', 'http://127.0.0.1:1']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('SERVER_UNREACHABLE');
    expect(stderr).not.toMatch(/ratchet\.yaml|zebra/);
  });

  it("in the person's own folder is used by every command", async () => {
    const own = join(folder, 'own-home/.config/ratchet');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'ratchet.yaml'), 'logging: {level: debug}\n');
    const run = inFolder('own');
    expect((await run(addition, { HOME: join(folder, 'own-home') })).stderr).toContain('debug called');
    const shown = await run(['config', 'show', '--explain'], { HOME: join(folder, 'own-home') });
    expect(shown.stdout).toContain(`File: ${own}/ratchet.yaml (your own folder)`);
    expect((await run(['config', 'show', '--explain'], { HOME: join(folder, 'own-home'), RATCHET_CONFIG: '/dev/null' })).stdout).toContain(
      '/dev/null (RATCHET_CONFIG)',
    );
  });
});

describe('config generate', () => {
  it.each(['development', 'claude'])('writes a file of the type %s that is valid', async (type) => {
    verifies('config.read-back');
    const run = inFolder('generate');
    const made = await run(['config', 'generate', `--config-type=${type}`, `--output=${type}.yaml`]);
    expect(made.code).toBe(0);
    expect(made.stdout).toContain(`✅ ${type} configuration generated at: "${type}.yaml"`);
    const text = readFileSync(join(folder, 'generate', `${type}.yaml`), 'utf8');
    const schema = /^# yaml-language-server: \$schema=(.*)$/m.exec(text)![1]!;
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toMatchObject({ title: 'Ratchet configuration' });
    expect((await run(['config', 'validate', `--config-file=${type}.yaml`])).stdout).toContain('✅ Configuration file is valid');
  });

  it('overwrites only when it is told to, and knows its types', async () => {
    const run = inFolder('generate-again', { 'mine.yaml': 'mine' });
    expect(await run(['config', 'generate', '--output=mine.yaml'])).toMatchObject({ code: 1, stdout: '' });
    expect(readFileSync(join(folder, 'generate-again/mine.yaml'), 'utf8')).toBe('mine');
    expect((await run(['config', 'generate', '--output=mine.yaml', '--force'])).code).toBe(0);
    expect(readFileSync(join(folder, 'generate-again/mine.yaml'), 'utf8')).toContain('profile: development');
    const unknown = await run(['config', 'generate', '--config-type=huge', '--output=x.yaml']);
    expect(unknown.stderr).toContain('Unknown configuration type: huge. Valid types: dev, production, enterprise, minimal, claude');
    expect((await run(['config', 'generate', '--output=no/where/x.yaml'])).stderr).toContain('CONFIG_UNWRITABLE');
  });
});

describe('config show', () => {
  const yaml =
    'http: {timeout: 5, proxy: "http://me:hunter2@proxy.example"}\nserver: {auth: {jwt_secret: "0123456789012345678901234567890123"}}\n' +
    'registry:\n  sources: [{name: a, uri: "https://git.example/a.git", config: {auth_token: hunter4}}]\n  auth: {b: {type: bearer, token: hunter5}}\n';

  it('shows what is in force, as YAML and as JSON, without secrets', async () => {
    verifies('config.masked');
    const run = inFolder('show', { 'a.yaml': yaml });
    const env = { RATCHET_DATABASE_URL: 'postgres://u:hunter6@db.example/x' };
    const plain = await run(['config', 'show', '--config-file=a.yaml'], env);
    const asJson = await run(['config', 'show', '--config-file=a.yaml', '--format=json'], env);
    const explained = await run(['config', 'show', '--config-file=a.yaml', '--explain', '--format=json'], env);
    for (const { code, stdout } of [plain, asJson, explained]) {
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/hunter\d|01234567890/);
      expect(stdout).toContain('********');
    }
    expect(parse(plain.stdout)).toEqual(JSON.parse(asJson.stdout));
    expect(parse(plain.stdout)).toMatchObject({ http: { timeout: 5 }, server: { port: 8080 } });
  });

  it('says where each value comes from', async () => {
    verifies('config.explained');
    const run = inFolder('explain', {
      'ratchet.yaml': 'profile: test\nhttp: {timeout: 5}\nprofiles: {test: {http: {max_redirects: 1}}}\n',
    });
    const { stdout } = await run(['config', 'show', '--explain'], { RATCHET_HTTP_USER_AGENT: 'me' });
    expect(stdout).toContain('# File: ratchet.yaml (the working folder)');
    expect(stdout).toContain(`${home}/.config/ratchet/ratchet.yaml`);
    expect(stdout).toContain('# Profile: test');
    expect(stdout).toMatch(/ {2}timeout: 5 # ratchet\.yaml:2/);
    expect(stdout).toMatch(/ {2}max_redirects: 1 # ratchet\.yaml:3/);
    expect(stdout).toMatch(/ {2}user_agent: me # RATCHET_HTTP_USER_AGENT/);
    expect(stdout).toMatch(/ {2}verify_ssl: true # default/);
    expect(stdout).toMatch(/ {2}level: warn # profile test/);
    expect(parse(stdout)).toMatchObject({ profile: 'test', logging: { level: 'warn' } });
  });

  it('shows MCP alone, or that there is none', async () => {
    const run = inFolder('mcp', { 'a.yaml': 'mcp_api: {enabled: true, port: 8081}\n' });
    expect(parse((await run(['config', 'show', '--mcp-only'])).stdout)).toEqual({ mcp: null, note: 'No MCP configuration found' });
    const shown = JSON.parse((await run(['config', 'show', '--mcp-only', '--format=json', '--config-file=a.yaml'])).stdout) as object;
    expect(shown).toMatchObject({ mcp: { enabled: true, port: 8081, host: '127.0.0.1' } });
    expect(Object.keys(shown)).toEqual(['mcp']);
    const wrong = await run(['config', 'show', '--format=toml']);
    expect(wrong.stderr).toContain('Unknown output format: toml. Valid formats: yaml, json');
  });
});

it('config schema prints the schema that lies beside the reference', async () => {
  const { stdout } = await inFolder('schema')(['config', 'schema', '--format', 'json']);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(repository, 'docs/reference/config.schema.json'), 'utf8')));
});

it('a profile is chosen by flag and variable, for every command', async () => {
  const run = inFolder('profile');
  expect((await run(['config', 'show', '--profile', 'production', '--format=json'])).stdout).toContain('"format": "json"');
  expect((await run(addition, { RATCHET_PROFILE: 'development' })).stderr).toContain('debug called');
  expect((await run(['--profile', 'development', ...addition])).stderr).toContain('debug called');
  const wrong = await run(['config', 'show', '--profile', 'prodution']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Did you mean production?')]);
});

it('settings of executions reach them: without checks, an input of any kind comes through', async () => {
  const run = inFolder('unchecked');
  const words = ['run-once', join(repository, 'sample/js-tasks/dummy-task'), '--input-json', '{"value": 5}'];
  expect((await run(words)).code).toBe(4);
  const unchecked = await run(words, { RATCHET_VALIDATE_SCHEMAS: 'false' });
  expect([unchecked.code, unchecked.stdout]).toEqual([0, '{"result":"Hello, 5"}\n']);
});

it('the doctor says what is wrong with the configuration instead of dying of it', async () => {
  const run = inFolder('doctor', { 'ratchet.yaml': 'http: {timout: 5}\n' });
  expect((await run(['doctor'])).stdout).toMatch(/failed +configuration +ratchet\.yaml:1 {2}http\.timout/);
  const warned = await inFolder('doctor-fine')(['doctor'], { RATCHET_HTTP_TIMEOU: '3' });
  expect(warned.stdout).toMatch(/warning +configuration +.*RATCHET_HTTP_TIMEOU.*Did you mean RATCHET_HTTP_TIMEOUT/);
});

it('what Kubernetes sets for services called like us changes nothing', async () => {
  verifies('config.injected');
  const run = inFolder('kubernetes');
  const env = {
    RATCHET_PORT: 'tcp://10.0.0.1:8080',
    RATCHET_SERVICE_HOST: '10.0.0.1',
    RATCHET_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    RATCHET_SERVER_PORT: 'tcp://10.0.0.1:8080',
    RATCHET_SERVER_SERVICE_HOST: '10.0.0.1',
  };
  const { stdout } = await run(['config', 'show', '--explain'], env);
  expect(stdout).toMatch(/ {2}port: 8080 # default/);
  expect((await run(['config', 'validate'], env)).stdout).toContain('✅ Configuration file is valid');
});
