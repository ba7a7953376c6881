import { expect, it } from 'vitest';
import { parseConfigFile } from './config-file.ts';
import { everySetting } from './every-setting.ts';
import { secretsInFile } from './secrets-in-file.ts';

const secrets = async (yaml: string) => secretsInFile(parseConfigFile('ratchet.yaml', yaml), await everySetting());

it.each([
  ['a password in an address', 'http: {proxy: "http://me:hunter2@proxy.example"}\n', ['http.proxy']],
  [
    'one under an older name, in a profile',
    'profiles: {mine: {server: {database: {url: "postgres://a:b@c/d"}}}}\n',
    ['profiles.mine.server.database.url'],
  ],
  ['keys of clients', 'mcp: {authentication: {api_keys: [{key: hunter2hunter2, name: desk}]}}\n', ['mcp.authentication.api_keys']],
  ['credentials by name', 'registry: {auth: {mine: {type: token, token: hunter2}}}\n', ['registry.auth']],
  [
    'a token beside a source',
    'registry: {sources: [{name: a, uri: "https://a.example/b.git", auth_token: hunter2}]}\n',
    ['registry.sources'],
  ],
])('%s is found', async (_what, yaml, expected) => {
  expect(await secrets(yaml)).toEqual(expected);
});

it.each([
  ['variables', 'http: {proxy: "${PROXY}"}\nmcp: {authentication: {api_keys: [{key: "${KEY}", name: desk}]}}\n'],
  ['a password that is a variable', 'server: {database: {url: "postgres://me:${PASSWORD}@db.example/ratchet"}}\n'],
  ['addresses without a password', 'server: {database: {url: "sqlite:data/ratchet.db"}}\nhttp: {proxy: "http://proxy.example:8080"}\n'],
  [
    'names of credentials and files',
    'registry: {sources: [{name: a, uri: "https://a.example/b.git", auth_name: mine}]}\nmcp: {authentication: {token_file: /run/token}}\n',
  ],
])('%s are none', async (_what, yaml) => {
  expect(await secrets(yaml)).toEqual([]);
});
