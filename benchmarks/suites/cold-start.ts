import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { BenchOptions } from '../options.ts';
import { median, percentile, rounded } from '../percentiles.ts';
import type { Skip } from '../subjects/subject.ts';
import { additionFolder, additionInput } from '../tasks/load.ts';

export interface ColdStart {
  readonly command: string;
  /** Which Node starts it; a system Node that is too old hands over to the pinned one. */
  readonly node: string;
  readonly medianMs: number;
  readonly minMs: number;
  readonly p90Ms: number;
  /** As a multiple of `node -e 0` on the same Node. */
  readonly timesBareNode: number;
}

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ratchet.js');

const commands = [
  { command: 'node -e 0', args: ['-e', '0'], expected: '' },
  { command: 'ratchet --version', args: [launcher, '--version'], expected: null },
  { command: 'ratchet --help', args: [launcher, '--help'], expected: null },
  {
    command: 'ratchet run-once addition',
    args: [launcher, 'run-once', '--from-fs', additionFolder, `--input-json=${additionInput}`],
    expected: 15,
  },
] as const;

/** Wall time from the start of a process to its end, one process at a time. */
export function measureColdStart(options: BenchOptions, skipped: Skip[]): ColdStart[] {
  const nodes = [{ name: `pinned ${process.version}`, path: process.execPath }];
  const system = systemNode();
  if (system) nodes.push({ name: `system ${version(system)}`, path: system });
  else skipped.push({ what: 'cold start on the system Node', why: 'PATH holds no other Node than the pinned one' });

  const cases = nodes.flatMap((node) => commands.map((command) => ({ ...command, node, samples: [] as number[] })));
  const usable = cases.filter(({ node, command, args, expected }) => {
    const problem = problemOf(node.path, args, expected);
    if (problem) skipped.push({ what: `${command} on ${node.name}`, why: problem });
    return problem === null;
  });
  for (let round = 0; round < (options.isQuick ? 3 : 25); round++) {
    for (const { node, args, samples } of usable) {
      const startMs = performance.now();
      spawnSync(node.path, args, { stdio: 'ignore' });
      samples.push(performance.now() - startMs);
    }
  }
  const bare = (node: string) => median(usable.find((c) => c.node.name === node && c.command === 'node -e 0')?.samples ?? []);
  return usable.map(({ command, node, samples }) => ({
    command,
    node: node.name,
    medianMs: rounded(median(samples)),
    minMs: rounded(Math.min(...samples)),
    p90Ms: rounded(percentile(samples, 0.9)),
    timesBareNode: rounded(median(samples) / bare(node.name)),
  }));
}

/** Runs it once for its result; a command that does not work must not be reported as fast. */
function problemOf(node: string, args: readonly string[], expected: string | number | null): string | null {
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (status !== 0) return `it ended with code ${status}: ${stderr.trim().split('\n')[0] ?? ''}`;
  if (typeof expected === 'number') {
    try {
      if ((JSON.parse(stdout) as { sum?: unknown }).sum === expected) return null;
    } catch {
      // Told below.
    }
    return `it printed ${stdout.slice(0, 100)}`;
  }
  return null;
}

function systemNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return folders.map((folder) => join(folder, 'node')).find((file) => existsSync(file) && file !== process.execPath);
}

function version(node: string): string {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
}
