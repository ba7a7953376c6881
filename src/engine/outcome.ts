import type { Problem, RatchetError } from '#kernel/index.ts';
import {
  cancelled,
  compileFailed,
  cpuTimeExceeded,
  inputInvalid,
  memoryExceeded,
  neverSettled,
  noCallable,
  outputInvalid,
  outputNotJson,
  outputTooLarge,
  requestFailedUnseen,
  taskFailed,
  taskFailedForNow,
  wallTimeExceeded,
  workerCrashed,
} from './errors.ts';
import type { Limits } from './limits.ts';
import { endings, type Ending } from './protocol.ts';
import type { Program } from './program.ts';
import type { RealmFacts, RealmFailure } from './realm/contract.ts';
import { authorFrames, stackText } from './stack.ts';

/** Classes that say the outside world failed for the moment (contract: typed errors). */
const transientClasses = new Set(['NetworkError', 'TimeoutError', 'ServiceUnavailableError', 'RateLimitError']);

/** Why a request failed, where trying again cannot help: policy refused it, or the answer is as it is. */
const lastingReasons = new Set(['blocked', 'invalid', 'too-large', 'too-many-redirects', 'redirect', 'limit']);

export function isEnding(text: string): text is Ending {
  return (endings as readonly string[]).includes(text);
}

/** What went wrong, as an error of ours. `text` comes from a worker and is read as hostile input. */
export function failureOf(ending: Exclude<Ending, 'result'>, text: string, program: Program, limits: Limits): RatchetError {
  switch (ending) {
    case 'input-invalid':
      return inputInvalid({ problems: problemsFrom(text) });
    case 'output-invalid':
      return outputInvalid({ problems: problemsFrom(text) });
    case 'cpu':
      return cpuTimeExceeded({ limitMs: limits.cpuMs });
    case 'wall':
      return wallTimeExceeded({ limitMs: limits.wallMs });
    case 'memory':
      return memoryExceeded({ limitMb: limits.memoryMb });
    case 'evicted':
      return workerCrashed({ detail: 'it was ended because it used too much memory in all' });
    case 'cancelled':
      return cancelled({ reason: 'it was asked to stop' });
    case 'unsettled':
      return neverSettled({ wallMs: limits.wallMs });
    case 'check-failed':
      return workerCrashed({ detail: `the schema check failed: ${text.slice(0, 200)}` });
    case 'compile':
      return compileError(text, program);
    case 'failure':
      return realmError(text, program);
  }
}

/** What only the realm knows of an execution, read as hostile input. */
export function factsFrom(text: string): RealmFacts {
  const value = record(text);
  const pairs = Array.isArray(value['clock']) ? value['clock'] : [];
  return {
    clock: pairs.filter((p): p is [number, number] => Array.isArray(p) && typeof p[0] === 'number' && typeof p[1] === 'number'),
    // What is not told is lost.
    clockCut: value['clockCut'] !== false,
    turns: Array.isArray(value['turns']) ? value['turns'].filter((t) => typeof t === 'string') : [],
    turnsCut: value['turnsCut'] !== false,
    logsDropped: number(value['logsDropped']) ?? 0,
  };
}

function realmError(text: string, program: Program): RatchetError {
  const failure = record(text) as Partial<RealmFailure> & Record<string, unknown>;
  const { message, name } = { message: string(failure['message']), name: string(failure['name']) || 'Error' };
  const status = number(failure['status']);
  switch (failure.kind) {
    case 'output-not-json':
      return outputNotJson({ path: string(failure['path']), reason: string(failure['reason']) });
    case 'output-too-large':
      return outputTooLarge({ chars: number(failure['chars']) ?? 0, limit: number(failure['limit']) ?? 0 });
    case 'no-callable':
      return noCallable({ found: string(failure['found']) });
    case 'request-failed': {
      const { method, url } = { method: string(failure['method']), url: string(failure['url']) };
      return requestFailedUnseen({ method, url, errorClass: name, message, ...(status === undefined ? {} : { status }) });
    }
    default: {
      const frames = authorFrames(string(failure['stack']), program);
      const fields =
        typeof failure['fields'] === 'object' && failure['fields'] !== null ? (failure['fields'] as Record<string, unknown>) : {};
      const stack = stackText(name, message, frames);
      const isTransient = transientClasses.has(name) && !lastingReasons.has(string(fields['reason']));
      const kind = isTransient ? taskFailedForNow : taskFailed;
      const unhandled = failure['unhandled'] === true ? { unhandled: true as const } : {};
      return kind({ errorClass: name, message, stack, frames, fields, ...(status === undefined ? {} : { status }), ...unhandled });
    }
  }
}

/** V8 puts the place of a syntax error at the end of its message: `Unexpected token ')' [main.js:3:7]`. */
function compileError(text: string, program: Program): RatchetError {
  const { message, stack } = record(text);
  const place = /\[(.+):(\d+):(\d+)\]\s*$/.exec(string(message));
  const plain = string(message).replace(/\s*\[.*\]\s*$/, '');
  const frame = authorFrames(string(stack), program)[0];
  return compileFailed({
    message: plain,
    file: frame?.file ?? program.filename,
    line: frame?.line ?? Number(place?.[2] ?? 0),
    column: frame?.column ?? Number(place?.[3] ?? 0),
  });
}

function problemsFrom(text: string): Problem[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = [];
  }
  const problems = (Array.isArray(list) ? list : []).slice(0, 20).map((entry: unknown) => {
    const { path, message, keyword } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    return {
      path: string(path),
      message: string(message) || 'does not match the schema',
      ...(keyword ? { keyword: string(keyword) } : {}),
    };
  });
  return problems.length > 0 ? problems : [{ path: '', message: 'does not match the schema' }];
}

function record(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
