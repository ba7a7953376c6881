import type { ClockSource, HttpMock, MockRule } from '#engine/index.ts';
import type { Place } from '#tasks/index.ts';

export type MatchMode = 'exact' | 'subset';

/** What a text has to be like: contain a part, or match a regular expression (written `/.../flags`). */
export type TextRule =
  | { readonly kind: 'part'; readonly text: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly flags: string };

/** What the error has to be like that a run is expected to end with. Parts that are null fit anything. */
export interface ExpectedError {
  /** About class and message together (`DataError: no city`), as a person quotes an error; also fits an error code in full. */
  readonly said: TextRule | null;
  readonly message: TextRule | null;
  readonly errorClass: string | null;
  readonly status: number | null;
  /** Code of the platform (`INPUT_INVALID`), or the `code` field of what was thrown. */
  readonly code: string | null;
}

/** One rule about one place in the output (or, where an error is expected, in the error). */
export interface Assertion {
  /** As written. */
  readonly path: string;
  readonly steps: readonly (string | number)[];
  readonly operator: string;
  readonly expected: unknown;
}

export interface ExpectedLog {
  /** Null: any. */
  readonly level: string | null;
  readonly message: TextRule | null;
}

/** A test case, understood. */
export interface TestCase {
  readonly kind: 'case';
  /** The file it stands in, inside the task: `tests/test-001.json`, `metadata.json`. */
  readonly file: string;
  /** Where in that file; empty when the file is the case. */
  readonly path: readonly (string | number)[];
  /** Line and column of the case, or of a part of it; null where that cannot be told. Costs a walk through the file. */
  readonly place: (path?: readonly PropertyKey[]) => Place | null;
  readonly name: string;
  readonly description: string | null;
  readonly input: unknown;
  readonly match: MatchMode;
  /** The output, and the key under which the file says it. */
  readonly output: { readonly value: unknown; readonly key: string } | null;
  readonly error: ExpectedError | null;
  /** The run may also end with any error that has a class of its own, as the fuzzer asks. */
  readonly mayThrowTyped: boolean;
  /** Null: the case has none. An empty list says that ending without an error is enough. */
  readonly assertions: readonly Assertion[] | null;
  /** These lines in this order, others between them; none at all when empty. */
  readonly logs: readonly ExpectedLog[] | null;
  /** These reports in this order, others between them; none at all when empty. */
  readonly progress: readonly unknown[] | null;
  /** Every request in the order asked, or how many there are. */
  readonly requests: readonly MockRule[] | number | null;
  /** Whether the case says anything about how the run has to end. */
  readonly expectsSomething: boolean;
  readonly mocks: readonly HttpMock[];
  /** Why it is left out, empty for no reason given; null when it is not. */
  readonly skip: string | null;
  readonly only: boolean;
  readonly timeoutMs: number | null;
  /** Null: real time. */
  readonly clock: ClockSource | null;
  /** Time spent waiting for timers does not pass: they fire in their order as soon as nothing else is left to do. */
  readonly skipsWaits: boolean;
  /** 64 hex digits; null: the usual one. */
  readonly seed: string | null;
}

/** A test that cannot be run because of how it is written. It counts as failed. */
export interface BrokenTest {
  readonly kind: 'broken';
  readonly file: string;
  readonly path: readonly (string | number)[];
  readonly name: string;
  readonly message: string;
  readonly hint: string;
  readonly line: number | null;
  readonly column: number | null;
}
