import type { Frame } from '#engine/index.ts';
import type { Execution } from '#executions/index.ts';
import type { RatchetError } from '#kernel/index.ts';
import { isUntyped } from '#task-tests/index.ts';
import type { FindingKind } from './finding.ts';
import type { World } from './world/fuzz-world.ts';

/** How a run ended: well, badly, or in a way that says nothing about the task. */
export type Verdict = { readonly is: 'fine' } | { readonly is: 'void'; readonly why: string } | ({ readonly is: 'bad' } & Wrong);

export interface Wrong {
  readonly kind: FindingKind;
  readonly errorClass: string | null;
  readonly message: string;
  readonly frames: readonly Frame[];
  readonly stack: string | null;
  /** What it is about where no line of code is to blame: a place in the output, a request. */
  readonly about: string | null;
  /** Runs with the same key show the same bug. */
  readonly key: string;
}

/** What was thrown, to ask whether a test expects it. */
export interface Thrown {
  readonly errorClass: string;
  readonly message: string;
  readonly frames: readonly Frame[];
}

export interface JudgeRules {
  /** Whether the author has said that the task may throw this. */
  readonly isExpected: (thrown: Thrown) => boolean;
}

/**
 * Judges one run. A typed error is a good end: the task has seen that something is wrong and says what. So is an output that matches its
 * schema, whatever the answers were like.
 */
export function judge(execution: Execution, world: Pick<World, 'repeated'>, rules: JudgeRules): Verdict {
  const repeated = world.repeated();
  if (repeated !== null)
    return wrong('too-many-requests', {
      message: `${repeated} is made again and again.`,
      about: repeated.replace(/\?.*$/, ''),
      key: alike(repeated.replace(/\?.*$/, '')),
    });
  const { error } = execution;
  if (error === null) return { is: 'fine' };
  const { data, message } = error;
  switch (error.code) {
    case 'TASK_FAILED':
    case 'TASK_FAILED_TRANSIENT':
      return judgeThrown(error, rules);
    case 'OUTPUT_INVALID': {
      const [problem] = data['problems'] as { path: string; keyword?: string }[];
      const path = problem?.path ?? '';
      return wrong('output-invalid', { message, about: outputPlace(path), key: `${alike(path)} ${problem?.keyword ?? ''}` });
    }
    case 'OUTPUT_NOT_JSON':
      return wrong('output-not-json', { message, about: outputPlace(String(data['path'])), key: alike(String(data['path'])) });
    case 'REQUEST_FAILED_UNSEEN': {
      const about = `${String(data['method'])} ${String(data['url']).replace(/\?.*$/, '')}`;
      return wrong('unseen-request', { message, about, key: alike(about) });
    }
    // Which of the two limits comes first is a matter of how busy the machine is.
    case 'TIMED_OUT':
    case 'CPU_LIMIT_EXCEEDED':
      return wrong('endless', { message: 'The task did not come to an end: a limit of its time ended it.', key: '' });
    default: {
      const kind = kindOfCode[error.code];
      return kind === undefined ? { is: 'void', why: message } : wrong(kind, { message, key: '' });
    }
  }
}

/** Messages are cut after so many characters. */
const mostMessageChars = 10_000;

const kindOfCode: Readonly<Record<string, FindingKind>> = {
  OUTPUT_TOO_LARGE: 'output-too-large',
  TASK_NEVER_SETTLED: 'never-settled',
  MEMORY_LIMIT_EXCEEDED: 'memory',
  WORKER_CRASHED: 'crash',
  TASK_NOT_CALLABLE: 'not-runnable',
  TASK_COMPILE_FAILED: 'not-runnable',
};

function judgeThrown(error: RatchetError, { isExpected }: JudgeRules): Verdict {
  const { errorClass, message, stack } = error.data as { errorClass: string; message: string; stack: string };
  const frames = error.data['frames'] as readonly Frame[];
  // Our inputs are the reason, and no author thinks of them: a limit of requests, not a slip.
  if (errorClass === 'TypeError' && /^The URL is \d+ characters long;/.test(message)) return { is: 'fine' };
  // A message that is too long to be kept whole takes the place it comes from with it; a shorter one will tell.
  if (frames.length === 0 && message.length >= mostMessageChars) return { is: 'fine' };
  if (!isUntyped(errorClass) || isExpected({ errorClass, message, frames })) return { is: 'fine' };
  const [frame] = frames;
  return wrong('untyped-error', {
    errorClass,
    message: `The task threw ${errorClass}: ${message}`,
    frames,
    stack,
    key: frame === undefined ? `${errorClass} ${alike(message)}` : `${errorClass} ${frame.file}:${frame.line}`,
  });
}

function wrong(kind: FindingKind, { key, ...rest }: Pick<Wrong, 'message' | 'key'> & Partial<Wrong>): Verdict {
  return { is: 'bad', errorClass: null, frames: [], stack: null, about: null, ...rest, kind, key: `${kind} ${key}` };
}

/** `output.items[2].total`; the output itself is `output`. */
function outputPlace(path: string): string {
  return path === '' ? 'output' : `output${path.startsWith('[') ? '' : '.'}${path}`;
}

/** The same text for messages that differ in numbers and quoted values only. */
export function alike(text: string): string {
  return text.replaceAll(/(["'`])(?:\\.|(?!\1).)*(?:\1|$)/gs, '...').replaceAll(/\d+/g, '0');
}
