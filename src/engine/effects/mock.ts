import type { HttpFailure, HttpRequest } from './effect.ts';

/** What a request must be like to be answered by a mock. Parts that are null fit anything. */
export interface MockRule {
  /** Upper case; of calls of MCP servers one of McpMethod. */
  readonly method: string | null;
  readonly url: UrlRule | null;
  /** Query parameters that must be there with these values (a list: all of that name, in order; null: none); others may be there, too. */
  readonly query: Readonly<Record<string, string | readonly string[] | null>> | null;
  /** Headers that must be there with these values (null: must not be there); names in lower case. */
  readonly headers: Readonly<Record<string, string | null>> | null;
  readonly body: BodyRule | null;
}

export type UrlRule =
  /**
   * Equal, or one contains the other: tests may leave out scheme and query. Of several mocks the one that fits best answers (see UrlFit),
   * and of those that fit alike the first.
   */
  | { readonly kind: 'part'; readonly text: string }
  /** `*` stands for any text without a slash, `**` for any text. Scheme, origin and query may be left out. */
  | { readonly kind: 'pattern'; readonly text: string }
  /** Nothing else; only such a rule answers a call of an MCP server. */
  | { readonly kind: 'exact'; readonly text: string };

export type BodyRule =
  /** `subset`: the body contains the text. */
  | { readonly kind: 'text'; readonly text: string; readonly match: 'exact' | 'subset' }
  /** Form bodies are compared as objects of strings. */
  | { readonly kind: 'json'; readonly value: unknown; readonly match: 'exact' | 'subset' };

/** What a mock says to a request. */
export type MockAnswer =
  | {
      readonly status: number;
      readonly statusText: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: Uint8Array;
      /** Milliseconds before the answer; longer than the request's own time-out means a time-out. */
      readonly delayMs: number;
    }
  /** A failure with an empty message is worded as the real one would be, host included. */
  | { readonly failure: HttpFailure; readonly delayMs: number };

/** One mock of a test: a rule, and the answers it gives one after the other. */
export interface HttpMock {
  /** Where it is written, for messages: `mock.http[1]`, `mock.mcp[0]`. */
  readonly name: string;
  readonly rule: MockRule;
  /** At least one. */
  readonly answers: readonly MockAnswer[];
  /** What follows the last answer: the last once more, or nothing, so that the next mock that fits is asked. */
  readonly afterLast: 'repeat' | 'nothing';
}

/** A request that no mock answers, with what came nearest to it. */
export interface UnmatchedRequest {
  readonly request: HttpRequest;
  /** The mock that came nearest and how the request differs from it, such as `the method is GET, not POST`; null where there are no mocks. */
  readonly nearest: { readonly name: string; readonly differences: readonly string[] } | null;
}
