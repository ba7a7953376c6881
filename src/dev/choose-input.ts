import type { HttpMock } from '#engine/index.ts';
import type { TestCase } from '#task-tests/index.ts';
import type { InputSource } from './dev-report.ts';

/** What a person wants to be run. */
export interface InputWish {
  /** The value, where it was typed; null takes it from a test. */
  readonly typed: { readonly value: unknown; readonly kind: 'given' | 'edited' } | null;
  /** The test whose input (unless one was typed) and whose mocks are wanted; null takes the first. */
  readonly test: string | null;
  /** Null: mocked where the test has mocks, live where it has none. */
  readonly http: 'live' | 'mocked' | null;
}

/** What a run will be made with. */
export interface ChosenInput {
  readonly value: unknown;
  readonly source: InputSource;
  readonly http: 'live' | 'mocked';
  readonly mocksOf: string | null;
  readonly mocks: readonly HttpMock[];
  /** Clock and seed of the test, while its mocks are used. */
  readonly test: TestCase | null;
}

/**
 * Turns a wish into an input, with the tests as they are written now. A test that has gone since it was chosen gives way to the first.
 * A typed input keeps the mocks of the test it was made from: the task asks for much the same.
 */
export function chooseInput(wish: InputWish, cases: readonly TestCase[]): ChosenInput {
  const test = cases.find(({ name }) => name === wish.test) ?? cases[0] ?? null;
  const mocked = test !== null && test.mocks.length > 0 ? test : (cases.find(({ mocks }) => mocks.length > 0) ?? null);
  const http = wish.http ?? (mocked === null ? 'live' : 'mocked');
  const { value, source } = valueOf(wish, test);
  const from = http === 'mocked' ? mocked : null;
  return { value, source, http, mocksOf: from?.name ?? null, mocks: from?.mocks ?? [], test: from };
}

function valueOf({ typed }: InputWish, test: TestCase | null): Pick<ChosenInput, 'value' | 'source'> {
  if (typed !== null) return { value: typed.value, source: { kind: typed.kind } };
  return test === null ? { value: {}, source: { kind: 'empty' } } : { value: test.input, source: { kind: 'test', name: test.name } };
}
