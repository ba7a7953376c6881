/** Process exit codes: the whole list, each with its meaning. The reference page is generated from it. */
export const exitCodes = {
  ok: { code: 0, meaning: 'It worked.' },
  failed: { code: 1, meaning: 'The task failed: its code threw, or its output was not acceptable.' },
  usage: { code: 2, meaning: 'The command line was wrong.' },
  invalidTask: { code: 3, meaning: 'The task cannot be found, loaded, or is not valid.' },
  invalidInput: { code: 4, meaning: 'The input is not JSON or does not match the input schema.' },
  timedOut: { code: 5, meaning: 'A wall-clock or CPU limit ended the execution.' },
  outOfMemory: { code: 6, meaning: 'The memory limit ended the execution.' },
  crashed: { code: 7, meaning: 'The sandbox process ended under the execution.' },
  environment: { code: 8, meaning: 'This machine lacks something Ratchet needs; `ratchet doctor` says what.' },
  busy: { code: 75, meaning: 'Too much is being run already; the same command may work in a moment.' },
  internal: { code: 70, meaning: 'A defect in Ratchet.' },
  interrupted: { code: 130, meaning: 'Cancelled, by Ctrl-C for instance.' },
} as const;

export type ExitName = keyof typeof exitCodes;

export interface ErrorSpec<Data extends Record<string, unknown>> {
  /** HTTP status a server answers with. */
  http: number;
  /** Which exit code a command ends with. */
  exit: ExitName;
  /** True when the same request may work later without a change. */
  retryable?: boolean;
  /** What happened, with the value. */
  message: (data: Data) => string;
  /** What to do next. */
  hint: (data: Data) => string;
  /** One paragraph for the documentation: when this happens and why. */
  about: string;
}

/** An error of the platform. What a user's task threw is carried in `data`, never mixed with our own stack. */
export class RatchetError<Data extends Record<string, unknown> = Record<string, unknown>> extends Error {
  override readonly name = 'RatchetError';
  readonly code: string;
  readonly data: Data;
  readonly hint: string;
  readonly http: number;
  readonly exit: ExitName;
  readonly retryable: boolean;

  constructor(code: string, spec: ErrorSpec<Data>, data: Data, cause?: unknown) {
    super(spec.message(data), cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
    this.hint = spec.hint(data);
    this.http = spec.http;
    this.exit = spec.exit;
    this.retryable = spec.retryable ?? false;
  }

  /** The shape every surface sends: no stack, no cause. */
  toJSON(): { code: string; message: string; hint: string; retryable: boolean; data: Data } {
    return { code: this.code, message: this.message, hint: this.hint, retryable: this.retryable, data: this.data };
  }
}

export interface ErrorKind<Data extends Record<string, unknown> = Record<string, unknown>> {
  (data: Data, cause?: unknown): RatchetError<Data>;
  readonly code: string;
  readonly spec: ErrorSpec<Data>;
  /** Whether a caught value is this kind of error. */
  is(value: unknown): value is RatchetError<Data>;
}

/** A kind of error whatever its data: what an operation's list of errors holds. */
export interface AnyErrorKind {
  readonly code: string;
  readonly spec: Pick<ErrorSpec<never>, 'http' | 'exit' | 'retryable' | 'about'>;
}

const registry = new Map<string, ErrorKind<never>>();

/**
 * Defines one kind of error: its code, how each surface shows it, and its documentation.
 * Codes are SCREAMING_SNAKE, unique, and never reused with another meaning.
 */
export function defineError<Data extends Record<string, unknown>>(code: string, spec: ErrorSpec<Data>): ErrorKind<Data> {
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(code)) throw new TypeError(`error code ${code} is not SCREAMING_SNAKE`);
  if (registry.has(code)) throw new TypeError(`error code ${code} is defined twice`);
  const make = (data: Data, cause?: unknown) => new RatchetError(code, spec, data, cause);
  const kind: ErrorKind<Data> = Object.assign(make, {
    code,
    spec,
    is: (value: unknown): value is RatchetError<Data> => value instanceof RatchetError && value.code === code,
  });
  registry.set(code, kind as unknown as ErrorKind<never>);
  return kind;
}

/** Every kind of error whose module has been loaded, by code. */
export function definedErrors(): readonly ErrorKind<never>[] {
  return [...registry.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

/** Something broke that must not: a defect of ours, or of the machine. The original error is the cause and goes to the log only. */
export const internalError = defineError<{ what: string }>('INTERNAL_ERROR', {
  http: 500,
  exit: 'internal',
  message: ({ what }) => `Ratchet failed while it tried to ${what}.`,
  hint: () => 'This is a defect in Ratchet. Run again with --log-level debug and report what it prints.',
  about: 'Raised when code of Ratchet itself fails in a way nobody foresaw. The answer carries no internals; the log of the process does.',
});

/** Turns anything caught into an error of ours; an unknown value becomes `INTERNAL_ERROR` with the value as its cause. */
export function toRatchetError(caught: unknown, what: string): RatchetError {
  if (caught instanceof RatchetError) return caught;
  return internalError({ what }, caught);
}
