import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RatchetError, type Setting } from '#kernel/index.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkConfig } from './check-config.ts';
import { parseConfigFile } from './config-file.ts';
import { configKinds } from './config-kinds.ts';
import { configJsonSchema } from './config-schema.ts';
import { documentedBlocks } from './documented-blocks-for-test.ts';
import { everySetting } from './every-setting.ts';
import { wrongKeys } from './key-meaning.ts';
import { loadSettings } from './load-settings.ts';
import { shownSettings } from './show-config.ts';
import { configText } from './write-config.ts';
import { yamlText } from './write-yaml.ts';

const all = await everySetting();
const schema = configJsonSchema(all);
const fits = new Ajv({ strict: false, allErrors: true, logger: false }).compile(schema);

const faults = (text: string) => (fits(parse(text)) ? [] : fits.errors);

const sourcesOf = (text: string) => ({ file: parseConfigFile('ratchet.yaml', text), profile: null, env: {}, flags: {} });
const settingsOf = (text: string) => loadSettings(sourcesOf(text));
const valuesOf = (text: string) => {
  const settings = settingsOf(text);
  return Object.fromEntries(all.filter(({ isSecret }) => !isSecret).map((one) => [one.key, settings.get(one)]));
};
const errorsOf = async (text: string) => (await checkConfig(sourcesOf(text))).filter(({ severity }) => severity === 'error');

describe.each(Object.entries(configKinds))('a generated file of the type %s', (_name, kind) => {
  const text = configText(kind, all, { schema: 'schema.json' });

  it('says exactly what its type sets', async () => {
    expect(await errorsOf(text)).toEqual([]);
    const settings = settingsOf(text);
    const said = all.filter((one) => settings.originOf(one).layer === 'file').map(({ key }) => key);
    const { profile: _profile, ...values } = kind.values;
    expect(said.toSorted()).toEqual(Object.keys(values).toSorted());
  });

  it('is known to the schema, and shows defaults that hold when they are switched on', async () => {
    expect(faults(text)).toEqual([]);
    const off = text.split('\n').filter((line) => /^\s*#\w[\w-]*:/.test(line));
    expect(off.length).toBeGreaterThanOrEqual(kind.shows.length > 0 ? 3 : 0);
    const on = text.split('\n').map((line) => (/^\s*#[\w-]+:/.test(line) ? line.replace('#', '') : line.replace(/^(\s*)#(  +- )/, '$1$2')));
    expect(await errorsOf(on.join('\n'))).toEqual([]);
    expect(valuesOf(on.join('\n'))).toEqual(valuesOf(text));
  });
});

/** Values of every kind of setting, as somebody may write them. */
function someValue(one: Setting): fc.Arbitrary<unknown> {
  const fit = (value: unknown) => one.type.safeParse(value).success;
  const numbers = fc.oneof(fc.integer({ min: -10, max: 100_000 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1000 }));
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom('true', '5', 'null', '# x', ' a ', 'a: b', '- a', 'é€', "it's", '"q"', '~', '0x10', '1e3'),
  );
  return fc
    .oneof(numbers, fc.boolean(), texts, fc.array(texts, { maxLength: 3 }), fc.constant(one.default))
    .filter((value) => fit(value) && !JSON.stringify(value).includes('${'));
}

it('what is shown, read back, gives the same settings', () => {
  const plain = all.filter(({ isSecret, default: usual }) => !isSecret && typeof usual !== 'object');
  fc.assert(
    fc.property(
      fc
        .subarray(plain, { minLength: 1, maxLength: 12 })
        .chain((chosen) =>
          fc.tuple(...chosen.map((one) => fc.tuple(fc.constant(one), fc.oneof(fc.constant(one.default), someValueOr(one))))),
        ),
      (chosen) => {
        const written = yamlText(chosen.map(([one, value]) => ({ key: one.key, value })));
        const first = valuesOf(written);
        for (const [one, value] of chosen) if (value !== null) expect(first[one.key]).toEqual(one.type.parse(value));
        const shown = shownSettings(
          all.filter(({ isSecret }) => !isSecret),
          settingsOf(written),
        );
        expect(valuesOf(yamlText(shown))).toEqual(first);
        expect(valuesOf(JSON.stringify(nested(shown)))).toEqual(first);
      },
    ),
    { numRuns: 25 },
  );
});

/** Some settings accept so little that drawing would take for ever. */
function someValueOr(one: Setting): fc.Arbitrary<unknown> {
  const sample = [5, 0.5, true, 'x', ['x']].some((value) => one.type.safeParse(value).success);
  return sample ? someValue(one) : fc.constant(one.default);
}

function nested(rows: readonly { key: string; value: unknown }[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { key, value } of rows) {
    const path = key.split('.');
    let level = root;
    for (const part of path.slice(0, -1)) level = (level[part] ??= {}) as Record<string, unknown>;
    level[path.at(-1)!] = value;
  }
  return root;
}

describe('the schema of the file', () => {
  it('knows every sample and every documented block', () => {
    for (const name of ['minimal', 'development', 'production', 'claude-desktop', 'example-config']) {
      const text = readFileSync(join(import.meta.dirname, '../../../sample/configs', `${name}.yaml`), 'utf8');
      expect({ name, faults: faults(text) }).toEqual({ name, faults: [] });
    }
    for (const { name, yaml } of documentedBlocks) expect({ name, faults: faults(yaml) }).toEqual({ name, faults: [] });
  });

  it('refuses what the program refuses', () => {
    for (const yaml of [
      'http: {timeoutt: 3}',
      'http: {timeout: -1}',
      'server: {port: many}',
      'profiles: {x: {http: {y: 1}}}',
      'logging: {level: loud}',
    ])
      expect({ yaml, isFine: (faults(yaml)?.length ?? 0) === 0 }).toEqual({ yaml, isFine: false });
    for (const yaml of [
      'http: {timeout: "${T}"}',
      'http: {timeout: 10m}',
      'server: {host: x}',
      'retention: {max_bytes: 10GB}',
      'profiles: {x: {http: {}}}',
    ])
      expect({ yaml, faults: faults(yaml) }).toEqual({ yaml, faults: [] });
  });
});

describe('a file of any content', () => {
  const word = fc.constantFrom(
    'server',
    'port',
    'http',
    'timeout',
    'logging',
    'targets',
    'mcp',
    'profiles',
    'profile',
    'x',
    '__proto__',
    'constructor',
    '<<',
    'a.b',
    '1',
    '',
  );
  const value = fc.oneof(
    fc.constantFrom(
      '1',
      'x',
      '${A}',
      '${',
      '[]',
      '{}',
      '~',
      '*a',
      '&a 1',
      '!!binary x',
      '!x y',
      '"',
      "'",
      '|',
      '>-',
      '- ',
      '? x',
      '#',
      '\t',
      '\u0000',
    ),
    fc.string({ maxLength: 8 }),
  );
  const line = fc
    .tuple(fc.nat({ max: 3 }), fc.option(word), fc.option(value))
    .map(([depth, key, said]) => `${'  '.repeat(depth)}${key === null ? '- ' : `${key}: `}${said ?? ''}`);

  it('is read, or refused with an error of the configuration', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')),
          fc.string(),
        ),
        (text) => {
          try {
            const file = parseConfigFile('fuzz.yaml', text);
            wrongKeys(file);
            const settings = loadSettings({ file, profile: null, env: { A: 'a' }, flags: {} });
            for (const one of all) {
              try {
                settings.get(one);
              } catch (caught) {
                if (!(caught instanceof RatchetError) || !caught.code.startsWith('CONFIG_')) throw caught;
              }
            }
          } catch (caught) {
            expect(caught).toBeInstanceOf(RatchetError);
            expect((caught as RatchetError).code).toMatch(/^CONFIG_/);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
