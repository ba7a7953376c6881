/** The same small task twice: with one planted bug, and without it. Everything else is equal, so that only the bug can be found. */
export interface TaskPair {
  readonly name: string;
  /** What the author got wrong. */
  readonly bug: string;
  /** How the bug shows: the kind of finding, and the class of the error where one is thrown. */
  readonly shows: readonly { readonly kind: string; readonly errorClass?: string }[];
  readonly language?: 'ts';
  readonly input: object;
  readonly output: object;
  /** Test cases the author has written; all of them pass, with the bug in. */
  readonly tests?: readonly object[];
  readonly planted: string;
  readonly mended: string;
}
