/** One promise of the product: what a user may rely on, in a sentence, and the page that makes it. */
export interface Promised {
  readonly id: string;
  readonly promise: string;
  readonly page: string;
}

/**
 * The promises of the product as data. A test cites one with `verifies('id')`, an example of the guide with `verifies=id`;
 * a promise nobody cites, or a citation of none, fails tests/requirements.test.ts.
 */
export const promises: readonly Promised[] = [
  { id: 'readme.run-a-task', promise: 'One command line runs a task from a clean clone.', page: 'README.md' },
  {
    id: 'package.runs-installed',
    promise: 'The published package runs without its sources and without TypeScript.',
    page: 'docs/decisions/one-package.md',
  },
  {
    id: 'task.function-forms',
    promise: 'A task may be written in any of the common forms of a function.',
    page: 'docs/guide/write-a-task.md',
  },
  {
    id: 'task.own-lines',
    promise: "Stack traces name the author's own files and lines, also after compiling.",
    page: 'docs/guide/write-a-task.md',
  },
  {
    id: 'realm.globals',
    promise: 'A task finds the usual globals of the web, and neither modules nor environment.',
    page: 'docs/guide/write-a-task.md',
  },
  { id: 'fetch.await', promise: 'Responses can be awaited; requests run side by side.', page: 'docs/guide/fetch.md' },
  { id: 'fetch.read', promise: 'Responses can be read without awaiting; the read waits for the answer.', page: 'docs/guide/fetch.md' },
  { id: 'fetch.looked', promise: 'Code that looked at the status handles a failed answer itself.', page: 'docs/guide/fetch.md' },
  {
    id: 'fetch.typed-error',
    promise: 'Reading the body of a failed answer without looking throws an error of a class that says why.',
    page: 'docs/guide/fetch.md',
  },
  { id: 'fetch.unseen', promise: 'A failed request that nobody looked at fails the execution.', page: 'docs/guide/fetch.md' },
  {
    id: 'fetch.options',
    promise: 'Method, headers, body, time-out, retry and redirect can be chosen per request.',
    page: 'docs/guide/fetch.md',
  },
  { id: 'fetch.allow-list', promise: 'A task that names hosts reaches no others.', page: 'docs/guide/fetch.md' },
  { id: 'limits.wall', promise: 'An execution ends at its time limit, whatever it does.', page: 'docs/guide/limits-and-errors.md' },
  {
    id: 'limits.cpu',
    promise: 'An execution that computes for too long ends; one that waits does not.',
    page: 'docs/guide/limits-and-errors.md',
  },
  {
    id: 'settings.file',
    promise: 'A configuration file sets what all tasks may use; no caller gets more.',
    page: 'docs/guide/limits-and-errors.md',
  },
  {
    id: 'settings.environment',
    promise: 'An environment variable wins over the configuration file.',
    page: 'docs/guide/limits-and-errors.md',
  },
  {
    id: 'task.every-problem',
    promise: 'Validation reports every problem of a task at once, with file and line.',
    page: 'docs/guide/write-a-task.md',
  },
  { id: 'limits.memory', promise: 'An execution ends at its memory limit.', page: 'docs/guide/limits-and-errors.md' },
  {
    id: 'limits.never-settled',
    promise: 'An execution that waits for something that cannot happen ends at once.',
    page: 'docs/guide/limits-and-errors.md',
  },
  {
    id: 'errors.thrown',
    promise: 'What a task throws is reported with its class, message and place.',
    page: 'docs/guide/limits-and-errors.md',
  },
  { id: 'errors.transient', promise: 'Errors that may pass are marked as worth retrying.', page: 'docs/guide/limits-and-errors.md' },
  {
    id: 'sandbox.no-way-out',
    promise: 'A task reaches no module, no object of the host and no internal address.',
    page: 'docs/guide/security.md',
  },
  {
    id: 'sandbox.nothing-survives',
    promise: 'Nothing a task leaves behind is seen by the next execution.',
    page: 'docs/guide/security.md',
  },
  {
    id: 'replay.bit-for-bit',
    promise: 'A recording is replayed offline with the same output, log lines and order of effects, byte for byte.',
    page: 'docs/guide/record-and-replay.md',
  },
  {
    id: 'replay.names-the-effect',
    promise: 'One byte changed in a recorded answer is reported with the number of its effect.',
    page: 'docs/guide/record-and-replay.md',
  },
  {
    id: 'replay.offline',
    promise: 'A replay makes no request: every answer comes from the recording.',
    page: 'docs/guide/record-and-replay.md',
  },
  {
    id: 'recording.no-secrets',
    promise: 'Secrets stand in a recording by name only, in each of its files.',
    page: 'docs/guide/record-and-replay.md',
  },
  {
    id: 'recording.whole-or-none',
    promise: 'A recording is written whole or not at all, also when the process is killed.',
    page: 'docs/guide/record-and-replay.md',
  },
  {
    id: 'replay.for-ever',
    promise: 'A recording made by any version is replayed by every later one.',
    page: 'docs/guide/record-and-replay.md',
  },
  {
    id: 'test.runs',
    promise: 'Tests beside a task run in the sandbox and compare what comes out with what is expected.',
    page: 'docs/guide/test-a-task.md',
  },
  { id: 'test.mocks', promise: 'In a test, requests are answered by mocks and by nothing else.', page: 'docs/guide/mock-http.md' },
  {
    id: 'fuzz.finds',
    promise: 'The fuzzer finds inputs that break a task, makes them small, and writes them as tests.',
    page: 'docs/guide/fuzz.md',
  },
  {
    id: 'jobs.nothing-lost',
    promise:
      'Each acknowledged job reaches exactly one final state and no attempt is committed twice, whenever the server or a worker is killed.',
    page: 'docs/guide/queue.md',
  },
  {
    id: 'storage.one-owner',
    promise: 'A SQLite file has one server at a time: a second one is refused and told who has it.',
    page: 'docs/guide/run-the-server.md',
  },
  { id: 'rest.answers-as-declared', promise: 'Every answer of the API has a status and a body that its OpenAPI document declares.', page: 'docs/guide/rest.md' },
];
