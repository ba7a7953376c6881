import type { Failure } from '#executions/index.ts';
import { subjectText } from '../regex/subject-text.ts';

/** What patterns look at. */
export interface ErrorFacts {
  /** Our code: TASK_FAILED. */
  readonly code: string;
  /** Ours, and the one the error itself carries as `code`: ECONNRESET. */
  readonly codes: readonly string[];
  /** Class of what the task threw; of our own errors the code in one word: TimedOut. */
  readonly type: string;
  /** What was thrown says, else our own words; at most 1,024 characters. */
  readonly message: string;
  /** What the error carries: its own fields first, then what we say of it. */
  readonly fields: readonly Readonly<Record<string, unknown>>[];
}

/**
 * An error as it is stored, for patterns.
 * @param around what is known of the execution besides, such as logsDropped
 */
export function factsOfFailure({ code, message, data }: Failure, around: Readonly<Record<string, unknown>> = {}): ErrorFacts {
  const own = isRecord(data['fields']) ? data['fields'] : {};
  const thrownCode = typeof own['code'] === 'string' ? [own['code']] : [];
  return {
    code,
    codes: [code, ...thrownCode],
    type: typeof data['errorClass'] === 'string' ? data['errorClass'] : typeOfCode(code),
    message: subjectText(typeof data['message'] === 'string' ? data['message'] : message),
    fields: [own, data, around],
  };
}

/** TASK_NOT_FOUND is TaskNotFound. */
export function typeOfCode(code: string): string {
  return code
    .toLowerCase()
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

const deepestPath = 10;

/** The value at a dotted path, of the first that has one. Only what the value has itself: an error may carry a field called `__proto__`. */
export function fieldOf({ fields }: Pick<ErrorFacts, 'fields'>, path: readonly string[]): unknown {
  for (const record of fields) {
    const found = path
      .slice(0, deepestPath)
      .reduce<unknown>((at, step) => (isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined), record);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
