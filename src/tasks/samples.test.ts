import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createContext, Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { archives, archiveStream } from '../../sample/make-archives.ts';
import { callableOf } from './evaluate-for-test.ts';
import { loadTask } from './load.ts';
import { validateTask } from './validate.ts';

const samples = join(import.meta.dirname, '../../sample/js-tasks');
const sound = [
  ...globSync('**/metadata.json', { cwd: samples }).map((file) => file.slice(0, -'/metadata.json'.length)),
  ...Object.keys(archives),
].filter((name) => name !== 'invalid');

interface SampleTest {
  input: unknown;
  match?: 'subset';
  mock?: { http: { response: { ok: boolean; status: number; statusText: string; body: unknown } } };
  expected_output?: unknown;
  expected_error?: string;
}

/** As much of the sandbox as the samples use; the engine's own tests run them in the real one. */
function standIn(test: SampleTest) {
  const typed = ['AuthenticationError', 'NetworkError', 'HttpError', 'DataError', 'ValidationError'];
  const classes = new Script(
    `({ ${typed.map((name) => `${name}: class ${name} extends Error { get name() { return '${name}'; } }`).join(', ')} })`,
  ).runInNewContext({}) as Record<string, new (message: string) => Error>;
  const fetch = () => {
    const { ok, status, statusText, body } = test.mock!.http.response;
    let hasLooked = false;
    const response = {
      get ok() {
        hasLooked = true;
        return ok;
      },
      get status() {
        hasLooked = true;
        return status;
      },
      statusText,
      get body() {
        if (!ok && !hasLooked)
          throw new (status === 401 ? classes['AuthenticationError']! : classes['HttpError']!)(`HTTP ${status}: ${statusText}`);
        return body;
      },
      json: () => body,
    };
    return response;
  };
  return createContext({ ...classes, fetch, setTimeout, console: { log() {} } });
}

/** The stand-in has no MCP servers: samples that call them are run in the real sandbox only, by `ratchet test`. */
const standing = sound.filter((name) => name !== 'web-research');

it.each(sound)('sample %s validates without an error or a warning', async (name) => {
  expect((await validateTask(join(samples, name), { newUuid: () => '' })).problems).toEqual([]);
});

describe.each(standing)('sample %s', (name) => {
  it('does what its tests expect, within its schemas', async () => {
    const { program, tests } = await loadTask(join(samples, name));
    const check = (text: string | null, value: unknown) =>
      (new Script(text!).runInNewContext({}) as (json: string) => string)(JSON.stringify(value));
    expect(tests.length).toBeGreaterThan(0);
    for (const { text } of tests) {
      const test = JSON.parse(text) as SampleTest;
      expect(check(program.inputCheck, test.input)).toBe('');
      const run = async () => callableOf(program, standIn(test))(test.input);
      if (test.expected_error !== undefined) {
        const error = await run().then(
          () => null,
          (caught: Error) => `${caught.name}: ${caught.message}`,
        );
        expect(error).toContain(test.expected_error);
        continue;
      }
      const output = JSON.parse(JSON.stringify(await run())) as object;
      expect(check(program.outputCheck, output)).toBe('');
      if (test.match === 'subset') expect(output).toMatchObject(test.expected_output as object);
      else expect(output).toEqual(test.expected_output);
    }
  });
});

describe('the samples', () => {
  it.each(['addition', 'tasks/test-fetch', 'weather-api'])('are where the guides say: %s', (path) => {
    expect(existsSync(join(samples, path, 'main.js'))).toBe(true);
  });

  it.each(Object.keys(archives))('hold %s as made from the folders, byte for byte', async (name) => {
    expect((await buffer(archiveStream(name))).equals(readFileSync(join(samples, name)))).toBe(true);
  });

  it('have uuids of their own', async () => {
    const uuids = await Promise.all(
      sound.filter((name) => !name.endsWith('.zip')).map(async (name) => (await loadTask(join(samples, name))).uuid),
    );
    expect(new Set(uuids).size).toBe(uuids.length);
  });
});
