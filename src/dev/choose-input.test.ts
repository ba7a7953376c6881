import { describe, expect, it } from 'vitest';
import type { HttpMock } from '#engine/index.ts';
import type { TestCase } from '#task-tests/index.ts';
import { chooseInput, type InputWish } from './choose-input.ts';

const mock = { name: 'mock.http' } as HttpMock;
const test = (name: string, input: unknown, mocks: readonly HttpMock[] = []) =>
  ({ kind: 'case', name, input, mocks }) as unknown as TestCase;
const anything: InputWish = { typed: null, test: null, http: null };
const chosen = (wish: Partial<InputWish>, cases: readonly TestCase[]) => {
  const { value, source, http, mocksOf } = chooseInput({ ...anything, ...wish }, cases);
  return { value, source, http, mocksOf };
};

describe('the input of a run', () => {
  const plain = test('plain', 1);
  const mocked = test('mocked', 2, [mock]);

  it('is that of the first test, and an empty object without tests', () => {
    expect(chosen({}, [plain])).toEqual({ value: 1, source: { kind: 'test', name: 'plain' }, http: 'live', mocksOf: null });
    expect(chosen({}, [])).toEqual({ value: {}, source: { kind: 'empty' }, http: 'live', mocksOf: null });
  });
  it('comes with the mocks of its test, else with those of the first test that has some', () => {
    expect(chosen({ test: 'mocked' }, [plain, mocked])).toMatchObject({ value: 2, http: 'mocked', mocksOf: 'mocked' });
    expect(chosen({}, [plain, mocked])).toMatchObject({ value: 1, http: 'mocked', mocksOf: 'mocked' });
  });
  it('may be typed, and keeps the mocks of the test it was made from', () => {
    const other = test('other', 3, [mock]);
    expect(chosen({ typed: { value: 9, kind: 'edited' }, test: 'other' }, [mocked, other])).toEqual({
      value: 9,
      source: { kind: 'edited' },
      http: 'mocked',
      mocksOf: 'other',
    });
  });
  it('is run live or mocked as wished, whatever there is', () => {
    expect(chosen({ http: 'live' }, [mocked])).toMatchObject({ http: 'live', mocksOf: null });
    expect(chosen({ http: 'mocked' }, [plain])).toMatchObject({ http: 'mocked', mocksOf: null });
  });
  it('is the first again when the chosen test has gone', () => {
    expect(chosen({ test: 'gone' }, [plain, mocked])).toMatchObject({ source: { kind: 'test', name: 'plain' } });
  });
});
