import { join } from 'node:path';
import { keysOf, unitOf, variableOf, variablesOf } from '#kernel/index.ts';
import { expect, it } from 'vitest';
import { loadEverything } from '../../../scripts/load-everything.ts';
import { everySetting } from './every-setting.ts';
import { knownSettings } from './known-settings.generated.ts';
import { profiles } from './profiles.ts';
import { readValue } from './read-value.ts';
import { otherVariables } from './variables.ts';

const all = await everySetting();
const keys = all.map(({ key }) => key);

it('whoever looks at every setting misses none that the sources define', async () => {
  const { settings } = await loadEverything(join(import.meta.dirname, '../../..'));
  expect(keys).toEqual(settings.map(({ key }) => key));
});

it('keys, older names and variables that are known without loading anything are those of the settings', () => {
  const said = all.map((one) => ({ key: one.key, aliases: [...new Set(keysOf(one).slice(1))], variables: [...variablesOf(one)] }));
  expect(knownSettings).toEqual(said);
});

it('no variable means two things, and none is the file of another', () => {
  const owners = new Map<string, string>();
  for (const one of all) {
    for (const name of variablesOf(one)) {
      expect({ name, of: owners.get(name) ?? one.key }).toEqual({ name, of: one.key });
      owners.set(name, one.key);
    }
  }
  for (const name of owners.keys()) {
    expect(otherVariables[name]).toBeUndefined();
    if (name.endsWith('_FILE')) expect(owners.has(name.slice(0, -'_FILE'.length))).toBe(false);
  }
});

it('no setting stands inside the value of another', () => {
  const inside = keys.filter((key) => keys.some((other) => key.startsWith(`${other}.`)));
  expect(inside).toEqual([]);
});

it('settings in seconds say so, that 10m may stand for 600', () => {
  const silent = all.filter((one) => /\bseconds\b/i.test(one.describe) && typeof one.default === 'number' && unitOf(one) === null);
  expect(silent.map(({ key }) => key)).toEqual([]);
});

it('every default is a value of its own setting, and can be written down', () => {
  for (const one of all) {
    expect({ key: one.key, ...readValue(one, { value: one.default, interpreted: one.default }) }).toMatchObject({
      key: one.key,
      isFine: true,
    });
    expect(JSON.parse(JSON.stringify(one.default))).toEqual(one.default);
  }
});

it('profiles change settings that something uses, to values they accept', () => {
  for (const [name, { changes }] of Object.entries(profiles)) {
    for (const [key, value] of Object.entries(changes)) {
      const one = all.find((candidate) => candidate.key === key)!;
      expect({ name, key: one?.key }).toEqual({ name, key });
      expect(one.inactive).toBeUndefined();
      expect({ key, ...readValue(one, { value, interpreted: value }) }).toMatchObject({ key, isFine: true });
    }
  }
});

it('the documented variables are honoured', () => {
  const of = (name: string) => all.find((one) => variablesOf(one).includes(name))?.key;
  const documented = {
    RATCHET_MAX_EXECUTION_SECONDS: 'execution.max_execution_duration',
    RATCHET_MAX_EXECUTION_DURATION: 'execution.max_execution_duration',
    RATCHET_HTTP_TIMEOUT: 'http.timeout',
    RATCHET_HTTP_USER_AGENT: 'http.user_agent',
    RATCHET_HTTP_VERIFY_SSL: 'http.verify_ssl',
    RATCHET_VALIDATE_SCHEMAS: 'execution.validate_schemas',
    RATCHET_CACHE_SIZE: 'cache.task_cache.task_content_cache_size',
    RATCHET_CACHE_ENABLED: 'cache.enabled',
    RATCHET_LOG_LEVEL: 'logging.level',
    RATCHET_LOG_FORMAT: 'logging.format',
    RATCHET_LOGGING_LEVEL: 'logging.level',
    RATCHET_OUTPUT_MAX_CONCURRENT_DELIVERIES: 'output.max_concurrent_deliveries',
    RATCHET_OUTPUT_MAX_CONCURRENT: 'output.max_concurrent_deliveries',
    RATCHET_OUTPUT_DEFAULT_TIMEOUT: 'output.default_timeout',
    RATCHET_OUTPUT_VALIDATE_STARTUP: 'output.validate_on_startup',
    RATCHET_SERVER_BIND_ADDRESS: 'server.bind_address',
    RATCHET_BIND_ADDRESS: 'server.bind_address',
    RATCHET_SERVER_HOST: 'server.bind_address',
    RATCHET_SERVER_PORT: 'server.port',
    RATCHET_MCP_ENABLED: 'mcp.enabled',
    RATCHET_MCP_TRANSPORT: 'mcp.transport',
    RATCHET_MCP_HOST: 'mcp.host',
    RATCHET_MCP_PORT: 'mcp.port',
    RATCHET_DATABASE_URL: 'server.database.url',
    JWT_SECRET: 'server.auth.jwt_secret',
  };
  for (const [name, key] of Object.entries(documented)) expect({ name, of: of(name) }).toEqual({ name, of: key });
  expect(variableOf('execution.fetch_variables.url_var')).toBe('RATCHET_EXECUTION_FETCH_VARIABLES_URL_VAR');
});
