import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { checkConfig } from './check-config.ts';
import { parseConfigFile } from './config-file.ts';
import { documentedBlocks } from './documented-blocks-for-test.ts';
import { everySetting } from './every-setting.ts';
import { meaningOf } from './key-meaning.ts';
import { loadSettings } from './load-settings.ts';

const env = { MCP_API_KEY_AI_ASSISTANT: 'of the environment', REGISTRY_TOKEN: 'of the environment' };
const all = new Map((await everySetting()).map((one) => [one.key, one]));

describe.each(documentedBlocks)('the documented configuration "$name"', ({ yaml, means }) => {
  const sources = { file: parseConfigFile('documented.yaml', yaml), profile: null, env, flags: {} };

  it('is accepted', async () => {
    verifies('config.documented');
    const problems = await checkConfig(sources);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('has a setting for each of its keys, which gets the value', () => {
    const settings = loadSettings(sources);
    const keys = sources.file.keys().map(({ path }) => path.join('.'));
    expect(keys.toSorted()).toEqual(Object.keys(means).toSorted());
    for (const { path } of sources.file.keys()) {
      const expected = means[path.join('.')]!;
      const meaning = meaningOf(path);
      expect(meaning).toMatchObject({ kind: 'settings', keys: Object.keys(expected) });
      for (const [key, value] of Object.entries(expected)) {
        expect({ key: path.join('.'), of: settings.get(all.get(key)!) }).toMatchObject({ key: path.join('.'), of: value });
        expect(settings.originOf(all.get(key)!).layer).toBe('file');
      }
    }
  });

  it('says of each key that nothing uses yet that it has no effect, once', async () => {
    const told = (await checkConfig(sources)).filter(({ problem }) => problem.startsWith('has no effect')).map(({ key }) => key);
    const expected = new Set(
      Object.values(means)
        .flatMap((each) => Object.keys(each))
        .filter((key) => all.get(key)!.inactive !== undefined),
    );
    expect(told.toSorted()).toEqual([...expected].toSorted());
  });
});

it('a variable that only unused parts need may be missing', async () => {
  const file = parseConfigFile('documented.yaml', 'server: {auth: {jwt_secret: "${SECRET_OF_LATER}"}}\n');
  const problems = await checkConfig({ file, profile: null, env: {}, flags: {} });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(problems.map(({ problem }) => problem).join('\n')).toContain('SECRET_OF_LATER is not set');
});
