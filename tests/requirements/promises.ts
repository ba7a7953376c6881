import { analysisPromises } from './analysis-promises.ts';
import { clientPromises } from './client-promises.ts';
import { configPromises } from './config-promises.ts';
import { consolePromises } from './console-promises.ts';
import { developPromises } from './develop-promises.ts';
import { mcpPromises } from './mcp-promises.ts';
import { mcpInTasksPromises } from './mcp-in-tasks-promises.ts';
import { mcpToolPromises } from './mcp-tool-promises.ts';
import type { Promised } from './promised.ts';
import { surfacePromises } from './surface-promises.ts';

/**
 * The promises of the product as data. A test cites one with `verifies('id')`, an example of the guide with `verifies=id`;
 * a promise nobody cites, or a citation of none, fails tests/requirements.test.ts.
 */
export const promises: readonly Promised[] = [
  { id: 'readme.run-a-task', promise: 'One command line runs a task from a clean clone.', page: 'README.md' },
  { id: 'readme.queue-a-job', promise: 'One more starts a server that needs nothing beside it, and queues a job.', page: 'README.md' },
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
  {
    id: 'rest.answers-as-declared',
    promise: 'Every answer of the API has a status and a body that its OpenAPI document declares.',
    page: 'docs/guide/rest.md',
  },
  {
    id: 'server.run-a-job',
    promise: 'A server runs a queued job and gives its output to whoever waits.',
    page: 'docs/guide/run-the-server.md',
  },
  {
    id: 'server.goes-on',
    promise: 'What a server was told is still there after it was ended and started again.',
    page: 'docs/guide/run-the-server.md',
  },
  {
    id: 'server.closed-until-opened',
    promise: 'Without authentication a server listens on this machine only, unless somebody insists.',
    page: 'docs/guide/run-the-server.md',
  },
  {
    id: 'jobs.at-least-once',
    promise: 'The attempt of a process that died is tried again, without using up a retry, until it was lost too often.',
    page: 'docs/guide/queue.md',
  },
  { id: 'jobs.fencing', promise: 'What an attempt writes after another has taken its job is refused.', page: 'docs/guide/queue.md' },
  {
    id: 'jobs.order',
    promise:
      'Higher priority starts first, among equals what has been due longest, and a key with many jobs does not stand before another.',
    page: 'docs/guide/queue.md',
  },
  {
    id: 'jobs.key-limit',
    promise: 'No more jobs of a concurrency key run at once than its limit, and exactly as many go on as end.',
    page: 'docs/guide/queue.md',
  },
  { id: 'jobs.rate-limit', promise: 'No more jobs of a rate key start within its window than its limit.', page: 'docs/guide/queue.md' },
  { id: 'jobs.idempotent', promise: 'The same idempotency key again gets the same job.', page: 'docs/guide/queue.md' },
  { id: 'jobs.unique', promise: 'Of a task, one job with a unique key waits at a time.', page: 'docs/guide/queue.md' },
  {
    id: 'jobs.dependencies',
    promise: 'A job starts after all it needs have completed, and is cancelled when one of them cannot.',
    page: 'docs/guide/queue.md',
  },
  {
    id: 'jobs.deadline',
    promise: 'A job that could not start before its deadline fails instead of starting late.',
    page: 'docs/guide/queue.md',
  },
  { id: 'jobs.retries', promise: 'A failed attempt is tried again as the job asks, and no more often.', page: 'docs/guide/queue.md' },
  { id: 'jobs.redrive', promise: 'Failed jobs are kept, and can be let run again, one or many.', page: 'docs/guide/queue.md' },
  { id: 'jobs.pause', promise: 'What is paused starts nothing until the pause is ended.', page: 'docs/guide/queue.md' },
  {
    id: 'jobs.why',
    promise: 'Of a job that does not run one can ask why, and is told who or what is in its way.',
    page: 'docs/guide/queue.md',
  },
  {
    id: 'jobs.bounded',
    promise: 'What would wait beyond the limit of the queue is refused, and nothing of it is stored.',
    page: 'docs/guide/queue.md',
  },
  { id: 'jobs.shared-limits', promise: 'Limits hold across several servers on one PostgreSQL.', page: 'docs/guide/queue.md' },
  {
    id: 'rest.wait',
    promise: 'A caller can wait for the end of a job, and a failed run is an answer, not a failed call.',
    page: 'docs/guide/rest.md',
  },
  { id: 'rest.lists', promise: 'Lists are narrowed, sorted and read page by page.', page: 'docs/guide/rest.md' },
  { id: 'rest.unknown-filter', promise: 'A filter nobody knows is refused with the nearest that exists.', page: 'docs/guide/rest.md' },
  { id: 'rest.idempotency-key', promise: 'A write that is repeated with its Idempotency-Key happens once.', page: 'docs/guide/rest.md' },
  { id: 'rest.follow-log', promise: 'The log of an execution can be followed, and ends with how it ended.', page: 'docs/guide/rest.md' },
  { id: 'operate.health', promise: 'A server says how its parts are.', page: 'docs/guide/operate.md' },
  { id: 'operate.replay', promise: 'A failed execution of a server can be replayed elsewhere.', page: 'docs/guide/operate.md' },
  { id: 'operate.metrics', promise: 'A server counts its jobs for Prometheus.', page: 'docs/guide/operate.md' },
  { id: 'operate.retention', promise: 'What is to be removed can be asked for before it is.', page: 'docs/guide/operate.md' },
  {
    id: 'operate.full-disk',
    promise: 'A full disk refuses new work in words, keeps reading, and takes work again by itself.',
    page: 'docs/guide/operate.md',
  },
  {
    id: 'backup.brings-back',
    promise: 'A backup that is made while the server runs brings back what was there.',
    page: 'docs/guide/back-up-and-restore.md',
  },
  {
    id: 'backup.not-while-used',
    promise: 'A SQLite database that is in use is not replaced by a backup.',
    page: 'docs/guide/back-up-and-restore.md',
  },
  {
    id: 'backup.says-what-is-lost',
    promise: 'Before a backup is restored the server says how many jobs that takes back and how many run again.',
    page: 'docs/guide/back-up-and-restore.md',
  },
  {
    id: 'backup.restored-at-a-start',
    promise: 'A backup that is to be restored is restored by the next start of the server, and what was there is kept.',
    page: 'docs/guide/back-up-and-restore.md',
  },
  {
    id: 'backup.restore-cut-short',
    promise: 'However a restore is cut short, the database is the old one or the new one.',
    page: 'docs/guide/back-up-and-restore.md',
  },
  {
    id: 'backup.is-a-database',
    promise: 'A backup of SQLite can be looked at and checked like any database.',
    page: 'docs/guide/back-up-and-restore.md',
  },
  {
    id: 'upgrade.says-before',
    promise: 'What a new version will do to the schema can be asked for before it does it.',
    page: 'docs/guide/upgrade.md',
  },
  { id: 'upgrade.refuses-newer', promise: 'A database that a newer version has migrated is refused.', page: 'docs/guide/upgrade.md' },
  {
    id: 'schedules.every-zone',
    promise: 'A cron line comes due in every time zone as the rule on daylight saving says: no hole, no duplicate.',
    page: 'docs/guide/schedules.md',
  },
  {
    id: 'schedules.ledger',
    promise: 'Every slot of a schedule leaves one row, which says what became of it and names its job.',
    page: 'docs/guide/schedules.md',
  },
  {
    id: 'schedules.once',
    promise: 'Each slot is planned once, however many servers share the database and whenever they are killed.',
    page: 'docs/guide/schedules.md',
  },
  {
    id: 'schedules.clock-jumps',
    promise: 'A clock that is put back or forward makes neither a hole in the ledger nor a duplicate.',
    page: 'docs/guide/schedules.md',
  },
  {
    id: 'schedules.twenty-years',
    promise: 'Outages and wrong clocks of twenty years leave every slot in the ledger once, in every time zone.',
    page: 'docs/guide/schedules.md',
  },
  {
    id: 'schedules.catch-up',
    promise: 'Of slots that came due while no server ran none, the last, or all up to a number are run.',
    page: 'docs/guide/schedules.md',
  },
  {
    id: 'schedules.overlap',
    promise: 'While an earlier run has not ended a new one is skipped, queued, takes its place, or runs beside it.',
    page: 'docs/guide/schedules.md',
  },
  { id: 'schedules.skipped-why', promise: 'A slot that is not run says why.', page: 'docs/guide/schedules.md' },
  {
    id: 'schedules.heartbeat',
    promise: 'The server runs a task of its own that says its version, its uptime and how many jobs it runs.',
    page: 'docs/guide/schedules.md',
  },
  {
    id: 'repositories.folder',
    promise: 'A folder becomes a task repository, and its index says what is in it, checked as a server would.',
    page: 'docs/guide/task-repositories.md',
  },
  {
    id: 'repositories.verify',
    promise: 'Sources are reached, read and checked without a server.',
    page: 'docs/guide/task-repositories.md',
  },
  {
    id: 'repositories.push',
    promise: 'A task that was changed on a server is committed to its Git source, and nothing that others committed is overwritten.',
    page: 'docs/guide/task-repositories.md',
  },
  {
    id: 'repositories.push-once',
    promise: 'A push that was cut off is recognised by what the source holds, and never committed twice.',
    page: 'docs/guide/task-repositories.md',
  },
  {
    id: 'sources.watched',
    promise: 'What is saved in the folder of a source is served a moment later, without a restart.',
    page: 'docs/guide/sources.md',
  },
  {
    id: 'sources.versions',
    promise: 'Folders with one uuid and different versions are versions of one task, and the latest by semantic versioning runs.',
    page: 'docs/guide/sources.md',
  },
  {
    id: 'sources.pinned',
    promise: 'Wherever a task is run, `name@1.2.0` runs that version and no other.',
    page: 'docs/guide/sources.md',
  },
  {
    id: 'sources.sync',
    promise: 'A sync says of each source what it added, changed and removed, and what it found wrong.',
    page: 'docs/guide/sources.md',
  },
  {
    id: 'sources.added',
    promise: 'A source can be added to a running server and removed again, and what its tasks did stays.',
    page: 'docs/guide/sources.md',
  },
  { id: 'sources.version-off', promise: 'One version of a task can be switched off while the others run.', page: 'docs/guide/sources.md' },
  {
    id: 'sources.unreachable',
    promise: 'A source that cannot be read takes no task out of service, and the server says so.',
    page: 'docs/guide/sources.md',
  },
  {
    id: 'sources.git',
    promise: 'A Git repository is followed, and a task says which commit it was read at.',
    page: 'docs/guide/sources.md',
  },
  { id: 'sources.secrets', promise: 'Credentials of sources appear in no answer, no log and no database.', page: 'docs/guide/sources.md' },
  {
    id: 'sources.fetch-whole',
    promise: 'What is fetched from Git or HTTP is there as a whole or not at all, also after a kill, a power cut or on a full disk.',
    page: 'docs/decisions/sources.md',
  },
  {
    id: 'sources.hostile-content',
    promise: 'A hostile repository, archive or index writes no file outside of its own folder and runs nothing.',
    page: 'docs/decisions/sources.md',
  },
  {
    id: 'sources.credentials',
    promise: 'Credentials of a source go to its own origin only, and stand in no argument, in no file that stays and in no error.',
    page: 'docs/decisions/sources.md',
  },
  {
    id: 'sources.added-reach',
    promise: 'A source that somebody added through the server reaches neither this machine nor its network.',
    page: 'docs/decisions/sources.md',
  },
  {
    id: 'sources.signed-commits',
    promise: 'A source that asks for signed commits gives only what somebody on its list has signed.',
    page: 'docs/decisions/sources.md',
  },
  ...analysisPromises,
  ...clientPromises,
  ...configPromises,
  ...consolePromises,
  ...developPromises,
  ...mcpPromises,
  ...mcpInTasksPromises,
  ...mcpToolPromises,
  ...surfacePromises,
];
