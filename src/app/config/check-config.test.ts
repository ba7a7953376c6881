import { describe, expect, it } from 'vitest';
import { checkConfig, refuseErrors, type ConfigProblem } from './check-config.ts';
import { parseConfigFile } from './config-file.ts';
import { chosenProfile } from './profiles.ts';

async function problems(yaml: string, env: NodeJS.ProcessEnv = {}, profile?: string): Promise<ConfigProblem[]> {
  const file = parseConfigFile('ratchet.yaml', yaml);
  return checkConfig({ file, profile: chosenProfile({ flag: profile, env, file }), env, flags: {} });
}
const short = (found: readonly ConfigProblem[]) => found.map(({ line, key, hint }) => `${line} ${key}: ${hint}`);
const errors = async (yaml: string, env: NodeJS.ProcessEnv = {}, profile?: string) =>
  (await problems(yaml, env, profile)).filter(({ severity }) => severity === 'error');

describe('a key that means nothing', () => {
  it('is told with its line and what was probably meant', async () => {
    const yaml =
      'server:\n  prot: 1\nloging:\n  level: info\n  format: json\ntimeout: 4\nhttp:\n  userAgent: x\n  max-redirects: 1\nzebra: 3\n';
    expect(short(await errors(yaml))).toEqual([
      '2 server.prot: Did you mean server.port?',
      '3 loging: Did you mean logging?',
      '6 timeout: Did you mean http.timeout?',
      '8 http.userAgent: Did you mean http.user_agent?',
      '9 http.max-redirects: Did you mean http.max_redirects?',
      '10 zebra: Remove it; `ratchet config schema` has every key there is.',
    ]);
  });

  it('is told in a profile, in a list and in a mapping too', async () => {
    const yaml = [
      'profiles:',
      '  staging:',
      '    http: {timeoutt: 3}',
      'registry:',
      '  sources:',
      '    - name: one',
      '      uri: file://./one',
      '    - name: two',
      '      uri: file://./two',
      '      config:',
      '        wach: true',
      'logging:',
      '  targets:',
      '    - {type: file, path: a.log, max_fils: 3}',
    ].join('\n');
    expect(short(await errors(yaml)).map((line) => line.split(':')[0])).toEqual([
      '3 profiles.staging.http.timeoutt',
      '14 logging.targets',
      '11 registry.sources',
    ]);
  });

  it('written with dots is told to be levels', async () => {
    expect(short(await errors('http.timeout: 3\n"server.port": 1\n'))).toEqual([
      '1 http.timeout: Dots are levels: write each part on a line of its own, the next one indented.',
      '2 server.port: Dots are levels: write each part on a line of its own, the next one indented.',
    ]);
  });

  it('a section that holds something else than settings is told', async () => {
    expect((await errors('http: 5\nserver: [1]\nprofiles: 3\n')).map(({ line, problem }) => [line, problem])).toEqual([
      [1, 'is a section, not a setting'],
      [2, 'is a section, not a setting'],
      [3, 'must be a mapping of profile names'],
    ]);
    expect(await errors('http:\nserver: {}\nprofiles:\n')).toEqual([]);
  });
});

describe('a value that is not acceptable', () => {
  it('is told for every layer, also where another layer wins', async () => {
    const yaml = 'http:\n  timeout: soon\n  max_redirects: -1\nprofiles:\n  x:\n    server: {port: 99999}\n';
    const found = await errors(yaml, { RATCHET_HTTP_TIMEOUT: '5', RATCHET_ENGINE_WORKERS: 'many' });
    expect(found.map(({ key, source }) => [key, source])).toEqual([
      ['http.max_redirects', 'ratchet.yaml:3'],
      ['http.timeout', 'ratchet.yaml:2'],
      ['profiles.x.server.port', 'ratchet.yaml:6'],
      ['engine.workers', 'RATCHET_ENGINE_WORKERS'],
    ]);
  });

  it('is not printed where it may hold a secret', async () => {
    const yaml =
      'registry:\n  sources:\n    - {name: x, uri: "https://a.example/x", auth_token: hunter2, depth: -1}\nserver:\n  auth: {jwt_secret: short}\n';
    const text = JSON.stringify(await problems(yaml));
    expect(text).toContain('registry.sources');
    expect(text).toContain('server.auth.jwt_secret');
    expect(text).not.toMatch(/hunter2|short"|"short/);
  });

  it('under two names of one setting is told when they differ', async () => {
    const found = await errors('server:\n  host: 127.0.0.1\n  bind_address: 0.0.0.0\n  workers: {worker_count: 2}\nengine: {workers: 2}\n');
    expect(found.map(({ line, problem }) => `${line} ${problem}`)).toEqual([
      '2 says something else than server.bind_address in line 3, which is the same setting',
    ]);
  });
});

it('a variable need not be set for what something else overrides, or for another profile', async () => {
  const yaml = 'http: {proxy: "${PROXY}"}\nprofiles: {production: {server: {database: {url: "${DB}"}}}}\n';
  expect((await errors(yaml)).map(({ key }) => key)).toEqual(['http.proxy']);
  expect(await errors(yaml, { RATCHET_HTTP_PROXY: 'http://proxy.example' })).toEqual([]);
  expect((await errors(yaml, { PROXY: 'http://proxy.example' }, 'production')).map(({ key }) => key)).toEqual([
    'profiles.production.server.database.url',
  ]);
});

describe('settings that contradict each other', () => {
  it.each([
    ['server: {tls: {key_file: a.pem}}', 'server.tls.key_file needs server.tls.cert_file'],
    ['server: {tls: {cert_file: a.pem}}', 'server.tls.cert_file needs server.tls.key_file'],
    ['server: {cors: {allowed_origins: ["*"], allow_credentials: true}}', 'name the origins'],
    ['server: {database: {min_connections: 5, max_connections: 4}}', 'min_connections (5) is more than'],
    ['execution: {memory_mb: 600}', 'execution.memory_mb (600) is more than execution.max_memory_mb (512)'],
    ['output: {default_retry_policy: {initial_delay_ms: 60000}}', 'initial_delay_ms (60000) is more than'],
    ['profiles: {staging: {execution: {max_memory_mb: 64}}}', 'execution.memory_mb (128) is more than execution.max_memory_mb (64)'],
  ])('%s is refused', async (yaml, message) => {
    const found = await errors(yaml);
    expect(found).toHaveLength(1);
    expect(found[0]!.problem).toContain(message);
    expect(found[0]!.line).toBe(1);
  });
});

describe('variables', () => {
  it('that mean nothing are warned of, with the nearest name', async () => {
    const found = await problems('', {
      RATCHET_HTTP_TIMEOU: '3',
      RATCHET_WHATEVER_IT_IS: 'x',
      RATCHET_CONFIG: 'a',
      RATCHET_HTTP_PROXY_FILE: '',
    });
    expect(found.map(({ severity, key, hint }) => [severity, key, hint])).toEqual([
      ['warning', 'RATCHET_HTTP_TIMEOU', 'Did you mean RATCHET_HTTP_TIMEOUT?'],
      ['warning', 'RATCHET_WHATEVER_IT_IS', 'Remove it.'],
    ]);
  });

  it('that Kubernetes sets for services are nobody to warn of', async () => {
    const injected = Object.fromEntries(
      ['RATCHET', 'RATCHET_SERVER', 'RATCHET_MCP', 'RATCHET_SERVER_DATABASE'].flatMap((service) => [
        [`${service}_SERVICE_HOST`, '10.0.0.1'],
        [`${service}_SERVICE_PORT`, '8080'],
        [`${service}_SERVICE_PORT_HTTP`, '8080'],
        [`${service}_PORT`, 'tcp://10.0.0.1:8080'],
        [`${service}_PORT_8080_TCP`, 'tcp://10.0.0.1:8080'],
        [`${service}_PORT_8080_TCP_PROTO`, 'tcp'],
        [`${service}_PORT_8080_TCP_PORT`, '8080'],
        [`${service}_PORT_8080_TCP_ADDR`, '10.0.0.1'],
      ]),
    );
    expect(await problems('', injected)).toEqual([]);
    expect((await errors('', { RATCHET_SERVER_PORT: 'http://x' })).map(({ source }) => source)).toEqual(['RATCHET_SERVER_PORT']);
  });
});

it('what nothing uses yet is warned of, and a wrong value of it is an error only where somebody wrote it into the file', async () => {
  const found = await problems('output: {max_concurrent_deliveries: 5}\n', { JWT_SECRET: 'meant for another program' });
  expect(found.map(({ severity, key }) => `${severity} ${key}`)).toEqual([
    'warning server.auth.jwt_secret',
    'warning output.max_concurrent_deliveries',
    'warning server.auth.jwt_secret',
  ]);
  expect(await errors('output: {max_concurrent_deliveries: many}\n')).toHaveLength(1);
});

it('a target of the log that is accepted only is warned of', async () => {
  const found = await problems('logging: {targets: [{type: console}, {type: syslog}, {type: file, path: a.log}]}\n');
  expect(found.map(({ severity, problem }) => `${severity} ${problem}`)).toEqual([
    'warning has no effect in part: this version writes no log to syslog',
  ]);
});

it('a profile that does not exist is refused with what there is', async () => {
  await expect(problems('profiles: {staging: {}}\n', {}, 'stagin')).rejects.toThrow(
    /no profile "stagin" \(--profile\).*Did you mean staging/,
  );
  await expect(problems('profile: nowhere\n')).rejects.toThrow(/ratchet\.yaml:1.*development, production, test/);
});

it('everything is refused at once', async () => {
  const found = await problems('http: {timeout: x, zebra: 1}\n');
  expect(() => refuseErrors(found)).toThrow(/http\.zebra[^]*http\.timeout/);
});
