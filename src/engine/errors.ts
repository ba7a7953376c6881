import { defineError, type Problem } from '#kernel/index.ts';

/** One line of a stack, in the author's own file. */
export interface Frame {
  function: string;
  file: string;
  line: number;
  column: number;
}

/** What a task threw, as data. `errorClass` is the class's name in the task; the stack names the author's files only. */
export interface Thrown extends Record<string, unknown> {
  errorClass: string;
  message: string;
  stack: string;
  frames: Frame[];
  /** HTTP status, where the thrown error carries one. */
  status?: number;
  /** Outside the way the task returns: in a callback of a timer, or in a promise that nobody waits for. */
  unhandled?: true;
  fields: Record<string, unknown>;
}

export const taskFailed = defineError<Thrown>('TASK_FAILED', {
  http: 422,
  exit: 'failed',
  message: ({ errorClass, message }) => `The task threw ${errorClass}: ${message}`,
  hint: ({ frames, errorClass, message }) =>
    errorClass === 'ReferenceError' && message === 'mcp is not defined'
      ? 'Declare the MCP servers the task calls: "requirements": {"mcp": ["name"]} in metadata.json.'
      : frames[0]
        ? `Look at ${frames[0].file}:${frames[0].line}:${frames[0].column}.`
        : 'Look at what the task throws; it left no stack.',
  about: "The task's own code threw an error, or its promise was rejected. `data` holds the error's class, message, stack and fields.",
});

/** A typed error that says the outside world failed for the moment; the same run may succeed later. */
export const taskFailedForNow = defineError<Thrown>('TASK_FAILED_TRANSIENT', {
  http: 503,
  exit: 'failed',
  retryable: true,
  message: ({ errorClass, message }) => `The task threw ${errorClass}: ${message}`,
  hint: () => 'The class of this error says that it may pass: run the task again later.',
  about:
    'The task ended with a NetworkError, TimeoutError, ServiceUnavailableError or RateLimitError: classes that mean the same run may succeed later.',
});

export const requestFailedUnseen = defineError<{ method: string; url: string; errorClass: string; message: string; status?: number }>(
  'REQUEST_FAILED_UNSEEN',
  {
    http: 422,
    exit: 'failed',
    message: ({ method, url, message }) => `${method} ${url} failed and the task never looked at it: ${message}`,
    hint: () => 'Await the response and look at `ok` or `status`, or pass `throwOnError: false` to ignore failures on purpose.',
    about:
      'A request failed and no code of the task read its response, so the failure would have gone unnoticed. The execution fails instead.',
  },
);

export const neverSettled = defineError<{ wallMs: number }>('TASK_NEVER_SETTLED', {
  http: 422,
  exit: 'failed',
  message: () => 'The task returned a promise that nothing can settle any more: no request and no timer is pending.',
  hint: () => 'Make sure that every path of the task resolves or rejects the promise it returns.',
  about: 'The task waits for something that cannot happen. It is ended at once instead of at its time limit.',
});

export const noCallable = defineError<{ found: string }>('TASK_NOT_CALLABLE', {
  http: 422,
  exit: 'invalidTask',
  message: ({ found }) => `The task's code does not yield a function: it yields ${found}.`,
  hint: () => 'End main.js with `(function (input) { ... })`, declare `function main(input) { ... }`, or export a default function.',
  about: 'The code evaluates, but no function can be found in any of the accepted forms.',
});

export const compileFailed = defineError<{ message: string; file: string; line: number; column: number }>('TASK_COMPILE_FAILED', {
  http: 422,
  exit: 'invalidTask',
  message: ({ message, file, line, column }) => `${file}:${line}:${column}: ${message}`,
  hint: () => 'Correct the syntax; `ratchet validate` lists every problem of the task.',
  about: 'The code of the task is not valid JavaScript or TypeScript.',
});

export const inputInvalid = defineError<{ problems: Problem[] }>('INPUT_INVALID', {
  http: 400,
  exit: 'invalidInput',
  message: ({ problems }) => `The input does not match the task's input schema: ${problemText(problems)}`,
  hint: () => 'Compare the input with input.schema.json.',
  about: 'The input was checked against the input schema before the run and did not match. The task was not called.',
});

export const outputInvalid = defineError<{ problems: Problem[] }>('OUTPUT_INVALID', {
  http: 422,
  exit: 'failed',
  message: ({ problems }) => `The task's output does not match its output schema: ${problemText(problems)}`,
  hint: () => 'Correct the task, or output.schema.json if the output is right.',
  about: 'The task ended normally, but its output was checked against the output schema and did not match.',
});

export const outputNotJson = defineError<{ path: string; reason: string }>('OUTPUT_NOT_JSON', {
  http: 422,
  exit: 'failed',
  message: ({ path, reason }) => `The task's output cannot be JSON: ${path ? `at ${path}, ` : ''}${reason}.`,
  hint: () => 'Return plain objects, arrays, strings, finite numbers, booleans and null.',
  about: 'The output holds something JSON cannot: a BigInt, a function, a cycle, NaN, and so on. Silently losing it would be worse.',
});

export const outputTooLarge = defineError<{ chars: number; limit: number }>('OUTPUT_TOO_LARGE', {
  http: 422,
  exit: 'failed',
  message: ({ chars, limit }) => `The task's output is ${chars} characters of JSON; at most ${limit} are allowed.`,
  hint: () => 'Return less, or raise execution.max_output_chars.',
  about: 'The JSON text of the output is longer than the configured limit.',
});

export const wallTimeExceeded = defineError<{ limitMs: number }>('TIMED_OUT', {
  http: 504,
  exit: 'timedOut',
  retryable: true,
  message: ({ limitMs }) => `The execution was ended after ${limitMs} ms of wall-clock time.`,
  hint: () => 'Give it more with `timeout` in metadata.json or --timeout, or find out with --trace what it waits for.',
  about: 'The wall-clock limit (the smallest of the task, the caller and the configuration) was reached, waiting included.',
});

export const cpuTimeExceeded = defineError<{ limitMs: number }>('CPU_LIMIT_EXCEEDED', {
  http: 422,
  exit: 'timedOut',
  message: ({ limitMs }) => `The execution was ended after ${limitMs} ms of processor time.`,
  hint: () => 'Look for an endless loop or a regular expression that backtracks; else raise execution.max_cpu_ms.',
  about: 'The task computed for longer than its processor-time limit. Waiting for requests and timers does not count.',
});

export const memoryExceeded = defineError<{ limitMb: number }>('MEMORY_LIMIT_EXCEEDED', {
  http: 422,
  exit: 'outOfMemory',
  message: ({ limitMb }) => `The execution was ended because it needed more than ${limitMb} MB of memory.`,
  hint: () => 'Process the data in smaller pieces, or raise `memory_limit` in metadata.json.',
  about: 'The JavaScript heap of the execution, or the memory of its sandbox process as a whole, reached its limit.',
});

export const workerCrashed = defineError<{ detail: string }>('WORKER_CRASHED', {
  http: 500,
  exit: 'crashed',
  retryable: true,
  message: ({ detail }) => `The sandbox process ended under the execution (${detail}).`,
  hint: () => 'Run it again. If it happens every time, the task makes the JavaScript engine abort: see the guide on limits.',
  about:
    'The process that ran the execution ended: killed from outside, or aborted by the engine. Only its own executions are affected; it is replaced.',
});

export const cancelled = defineError<{ reason: string }>('CANCELLED', {
  http: 409,
  exit: 'interrupted',
  message: ({ reason }) => `The execution was cancelled: ${reason}.`,
  hint: () => 'Nothing to do; run it again if that was not intended.',
  about: 'Somebody asked for the execution to stop before it ended.',
});

export const engineBusy = defineError<{ waiting: number; limit: number }>('ENGINE_BUSY', {
  http: 429,
  exit: 'busy',
  retryable: true,
  message: ({ waiting, limit }) => `${waiting} executions are waiting for a worker; at most ${limit} may.`,
  hint: () => 'Try again later, or raise engine.max_waiting or engine.workers.',
  about: 'Back-pressure: more executions were asked for than may wait. Nothing was run.',
});

export const engineUnavailable = defineError<{ detail: string }>('ENGINE_UNAVAILABLE', {
  http: 503,
  exit: 'environment',
  retryable: true,
  message: ({ detail }) => `No sandbox process can be started: ${detail}.`,
  hint: () => 'Run `ratchet doctor`.',
  about: 'Workers end before they are ready, again and again, so the engine has stopped trying for the moment.',
});

export const inspectorMissing = defineError<{ what: string; node: string }>('INSPECTOR_MISSING', {
  http: 501,
  exit: 'environment',
  message: ({ what, node }) => `${what} needs V8's inspector inside the sandbox, which does not work on Node ${node}.`,
  hint: () => 'Use Node 24: `npm ci` installs it beside Ratchet in a checkout. A profile (--profile) works on Node 26, too.',
  about:
    'Debugging and coverage ask the inspector of the isolate a task runs in. On Node 26 opening it would abort the whole sandbox process, so it is not tried.',
});

function problemText(problems: readonly Problem[]): string {
  return problems.map((p) => (p.path ? `${p.path} ${p.message}` : p.message)).join('; ');
}

export const mcpServerNotConfigured = defineError<{ server: string; configured: string[] }>('MCP_SERVER_NOT_CONFIGURED', {
  http: 422,
  exit: 'failed',
  message: ({ server, configured }) =>
    `The task needs the MCP server ${server}, which is not configured here${configured.length === 0 ? '.' : `; there are ${configured.join(', ')}.`}`,
  hint: ({ server }) => `Add ${server} to mcp.servers of the configuration, or take it out of requirements.mcp in metadata.json.`,
  about:
    'A task that declares an MCP server in `requirements.mcp` only runs where `mcp.servers` of the configuration has one of that name.',
});
