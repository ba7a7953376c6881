import type { ClockSource, HttpMock } from '#engine/index.ts';
import type { MatchMode } from '../test-case.ts';
import { mocksJson } from './mock-json.ts';

/** A test case to be written down. What is absent is not said in the file. */
export interface NewTestCase {
  readonly name: string;
  readonly description?: string | undefined;
  readonly input: unknown;
  readonly mocks?: readonly HttpMock[] | undefined;
  readonly output?: { readonly value: unknown } | undefined;
  readonly match?: MatchMode | undefined;
  /** A part of the error's text, or its parts. */
  readonly error?:
    | string
    | { readonly class?: string; readonly message?: string; readonly status?: number; readonly code?: string }
    | undefined;
  /** The run may also end with any error that has a class of its own. */
  readonly mayThrowTyped?: boolean | undefined;
  readonly assertions?: readonly { readonly path: string; readonly operator: string; readonly expected?: unknown }[] | undefined;
  /** A log line by its level and a part of its message. */
  readonly logs?: readonly { readonly level: string; readonly message: string }[] | undefined;
  readonly progress?: readonly unknown[] | undefined;
  /** 64 hex digits. */
  readonly seed?: string | undefined;
  readonly clock?: ClockSource | undefined;
  readonly skipsWaits?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
}

/** The text of a test file that reads back as this case; ends with a new line. A case that expects nothing expects the end without an error. */
export function testCaseJson(test: NewTestCase): string {
  const {
    name,
    description,
    input,
    mocks = [],
    output,
    match,
    error,
    mayThrowTyped,
    assertions,
    logs,
    progress,
    seed,
    clock,
    skipsWaits,
    timeoutMs,
  } = test;
  const expectsNothing = [output, error, mayThrowTyped, assertions, logs, progress].every((one) => one === undefined);
  const fields = {
    name,
    description,
    timeout: timeoutMs,
    clock: clock && clockJson(clock),
    skip_waits: skipsWaits === true ? true : undefined,
    seed,
    input,
    mock: mocksJson(mocks),
    match: match === 'exact' ? undefined : match,
    expected_output: output?.value,
    expected_error:
      typeof error === 'string'
        ? literal(error)
        : error && { ...error, ...(error.message === undefined ? {} : { message: literal(error.message) }) },
    may_throw: mayThrowTyped === true ? 'typed' : undefined,
    assertions: assertions ?? (expectsNothing ? [] : undefined),
    expected_logs: logs?.map(({ level, message }) => ({ level, message: literal(message) })),
    expected_progress: progress,
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function clockJson(clock: ClockSource): unknown {
  if (clock.kind === 'live') return 'real';
  if (clock.kind === 'recorded') return { reads: clock.reads };
  return clock.stepMs === 0 ? isoTime(clock.atMs) : { at: isoTime(clock.atMs), step_ms: clock.stepMs };
}

/** Fractions of a millisecond have no place in a date. */
function isoTime(ms: number): string | number {
  return Number.isInteger(ms) && ms >= 0 && ms < 253_402_300_800_000 ? new Date(ms).toISOString() : ms;
}

/** A text that looks like a regular expression, written as one that means this very text. */
function literal(text: string): string {
  return /^\/.+\/[dgimsuvy]*$/s.test(text) ? `/${text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)}/` : text;
}
