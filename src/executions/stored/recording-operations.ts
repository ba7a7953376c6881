import { operation } from '#kernel/index.ts';
import { z } from 'zod';
import type { ExecutionRow } from '../execution-store.ts';
import { executionNotFound, executionNotRecorded, executionVersionGone } from './errors.ts';
import { ExecutionId } from './read-operations.ts';
import { executionOf, type StoredExecutionServices } from './services.ts';
import { keepRecordings, mostLogLines } from './settings.ts';
import { StoredTrace, storedTrace } from './stored-trace.ts';

type ReadingServices = Pick<StoredExecutionServices, 'executionStore' | 'executionRecordings' | 'catalogue' | 'settings'>;

export const executionTrace = operation({
  name: 'executions.trace',
  summary: 'Show an execution as a timeline',
  details:
    'Requests, log lines and progress of one execution on one axis. Where a recording is stored it knows headers, bodies and what woke the task; otherwise the timeline is made of the summary and the log.',
  input: z.object({ id: ExecutionId }),
  output: StoredTrace,
  errors: [executionNotFound],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: 'GET /executions/:id/trace',
    graphql: 'executionTrace',
    cli: {
      command: 'execution trace',
      positional: ['id'],
      examples: [{ line: 'ratchet execution trace 42', about: 'What execution 42 did when' }],
    },
  },
  async run({ executionStore: store, executionRecordings, settings }: ReadingServices, { id }) {
    const row = await executionOf(store, id);
    const limit = settings.get(mostLogLines);
    const [result, bytes] = await Promise.all([store.result(row.id), row.hasRecording ? store.recording(row.id) : null]);
    if (result === null) throw executionNotFound({ id });
    const inside = bytes && executionRecordings.inside(bytes, nameOf(row));
    const logs = inside || limit === 0 ? [] : await store.logs(row.id, { after: 0, limit, levels: null, search: null });
    const input = executionRecordings.withoutSecrets(result.input, settings);
    return storedTrace(row, { ...result, input }, logs, inside);
  },
});

export const executionRecording = operation({
  name: 'executions.recording',
  summary: 'Fetch the recording of an execution',
  details:
    'All that a replay needs: the effects file, and the files of the task as they were. As HAR it is the requests alone, for browsers and other tools. Secrets are masked.',
  input: z.object({
    id: ExecutionId,
    format: z
      .enum(['effects', 'har'])
      .default('effects')
      .describe('The effects file with the files of the task, or the requests as HAR 1.2'),
    withFiles: z.boolean().default(true).describe('Send the files of the task along with the effects file'),
  }),
  output: z.object({
    executionId: z.string(),
    executionUuid: z.string(),
    task: z.object({ id: z.string(), uuid: z.string(), name: z.string(), version: z.string(), checksum: z.string() }),
    format: z.enum(['effects', 'har']),
    effects: z.string().nullable().describe('The effects file in base64; null for HAR.'),
    files: z
      .record(z.string(), z.string())
      .nullable()
      .describe('Files of the task as they were: path to text; null for HAR, and where not wanted.'),
    har: z.unknown().describe('HAR 1.2; null for the effects file.'),
  }),
  errors: [executionNotFound, executionNotRecorded, executionVersionGone],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: 'GET /executions/:id/recording',
    graphql: 'executionRecording',
    cli: {
      command: 'execution recording',
      positional: ['id'],
      flags: { format: '--as' },
      examples: [{ line: 'ratchet execution recording 42 --as har', about: 'The requests of execution 42, for a browser' }],
    },
  },
  async run({ executionStore: store, executionRecordings, catalogue, settings }: ReadingServices, { id, format, withFiles }) {
    const row = await executionOf(store, id);
    const bytes = row.hasRecording ? await store.recording(row.id) : null;
    if (bytes === null) {
      const reason = whyNotRecorded(row, settings.get(keepRecordings));
      throw executionNotRecorded({ id: String(row.id), reason, setting: keepRecordings.key });
    }
    const wantsFiles = format === 'effects' && withFiles;
    const files = wantsFiles ? await catalogue.files(row.taskId, row.taskVersion, row.taskChecksum) : null;
    if (wantsFiles && files === null) {
      throw executionVersionGone({ id: String(row.id), version: row.taskVersion, checksum: row.taskChecksum });
    }
    return {
      executionId: String(row.id),
      executionUuid: row.uuid,
      task: { id: String(row.taskId), uuid: row.taskUuid, name: row.taskName, version: row.taskVersion, checksum: row.taskChecksum },
      format,
      effects: format === 'effects' ? Buffer.from(bytes).toString('base64') : null,
      files: files && { ...files },
      har: format === 'har' ? executionRecordings.har(bytes, nameOf(row)) : null,
    };
  },
});

const nameOf = ({ id }: ExecutionRow) => `the recording of execution ${id}`;

function whyNotRecorded({ status }: ExecutionRow, policy: 'failed' | 'all' | 'none'): string {
  if (status === 'pending' || status === 'running') return `it is ${status}, and recordings are stored at the end`;
  if (policy === 'none') return `${keepRecordings.key} is none`;
  if (policy === 'failed' && status !== 'failed') return `it is ${status}, and ${keepRecordings.key} is failed`;
  return 'its job or the configuration of that time asked for none, or it has been removed since';
}
