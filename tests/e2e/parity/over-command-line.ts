import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ratchet } from '#testing/ratchet-process.ts';
import { cron, jobOptions, type SeenJob, type Surface, type TaskFiles } from './surface.ts';

/** The scenario as commands, each a process of its own. */
export function overCommandLine(url: string): Surface {
  async function say(args: readonly string[], endsWith = 0): Promise<string> {
    const { code, stdout, stderr } = await ratchet([...args, '--server', url, '--format', 'json']);
    if (code !== endsWith) throw new Error(`ratchet ${args.join(' ')} ended with ${code}:\n${stderr}`);
    return stdout;
  }
  const ask = async <Data>(...args: readonly string[]): Promise<Data> => JSON.parse(await say(args)) as Data;
  async function withFolder<Result>(files: TaskFiles, work: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-parity-'));
    try {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const { priority, maxRetries, metadata } = jobOptions;
  const optionFlags = ['--priority', priority, '--max-retries', `${maxRetries}`, '--metadata-json', JSON.stringify(metadata)];
  return {
    createTask: (files) => withFolder(files, async (folder) => (await ask<{ id: string }>('task', 'create', folder)).id),
    run: (task, input) => ask('task', 'execute', task, '--input-json', JSON.stringify(input)),
    enqueue: async (task, input) =>
      (await ask<{ id: string }>('job', 'enqueue', task, '--input-json', JSON.stringify(input), ...optionFlags)).id,
    job: (id) => ask<SeenJob>('job', 'show', id),
    async watch(execution) {
      // Ends with 1 where the execution has failed, and says on the other channel how it ended.
      const out = await say(['execution', 'logs', execution, '--follow'], 1);
      const messages = out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { message: string }).message);
      return { messages, status: (await ask<{ status: string }>('execution', 'show', execution)).status };
    },
    newVersion: (task, files, why) =>
      withFolder(files, async (folder) => {
        const { version } = await ask<{ version: string }>('task', 'update', task, '--path', folder, '--change-description', why);
        return version;
      }),
    versions: async (task) =>
      (await ask<{ versions: { version: string }[] }>('task', 'versions', task)).versions.map(({ version }) => version),
    retry: async (job) => void (await ask('job', 'retry', job)),
    schedule: async (name, task, input) =>
      (await ask<{ id: string }>('schedule', 'create', name, '--task', task, '--cron', cron, '--input-json', JSON.stringify(input))).id,
    disable: async (schedule) => void (await ask('schedule', 'disable', schedule)),
    trigger: async (schedule, input) =>
      (await ask<{ jobId: string }>('schedule', 'trigger', schedule, '--input-json', JSON.stringify(input))).jobId,
    deleteJob: async (id) => void (await say(['job', 'remove', id])),
    deleteSchedule: async (id) => void (await say(['schedule', 'delete', id])),
    deleteTask: async (id) => void (await say(['task', 'remove', id])),
  };
}
