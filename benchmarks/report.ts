import type { Results } from './results.ts';

/** The results as lines of text for a terminal. */
export function reportLines({ overhead, fetch, coldStart, memory, neighbours, skipped, targets }: Results): string[] {
  const lines: string[] = [];
  const table = (title: string, header: string[], rows: (string | number)[][]) => {
    const all = [header, ...rows.map((row) => row.map(String))];
    const widths = header.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
    const line = (row: string[]) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
    lines.push('', title, ...all.map(line));
  };
  if (overhead) {
    const header = [
      'subject',
      'workers',
      'p50',
      'p99',
      'p50 paused',
      'p99 paused',
      '/s d1',
      '/s d8',
      '/s d32',
      'cpu worker',
      'cpu host',
      '/s/core',
      'x limit',
    ];
    const rows = overhead.figures.map(({ subject, workers, patterns: p, cpuTimesInProcess }) => [
      subject,
      workers,
      p.depth1.p50Ms,
      p.depth1.p99Ms,
      p.paused.p50Ms,
      p.paused.p99Ms,
      p.depth1.perSecond,
      p.depth8.perSecond,
      p.depth32.perSecond,
      p.depth32.workerCpuMs,
      p.depth32.hostCpuMs,
      p.depth32.perSecondPerCore,
      cpuTimesInProcess,
    ]);
    table('One execution of the addition task (ms; CPU per execution at depth 32)', header, rows);
  }
  if (fetch) {
    const rows = fetch.figures.map((f) => [f.style, f.taskPerSecond, f.undiciPerSecond, f.undiciTimesTask]);
    table('Requests per second to a local server', ['style', 'from a task', 'undici alone', 'ratio'], rows);
  }
  if (coldStart) {
    const rows = coldStart.figures.map((c) => [`${c.command} (${c.node})`, c.medianMs, c.minMs, c.p90Ms, c.timesBareNode]);
    table('Cold start (ms)', ['command', 'median', 'min', 'p90', 'x node -e 0'], rows);
  }
  if (memory) {
    const { workerStarted, workerAfter, hostStarted, executions } = memory.figures;
    const cases = { 'worker, just started': workerStarted, 'host, just started': hostStarted } as Record<string, typeof workerStarted>;
    for (const [level, figures] of Object.entries(workerAfter)) {
      cases[`${level === 'host' ? 'host' : `worker, ${level}`}, after ${executions}`] = figures;
    }
    const rows = Object.entries(cases).map(([name, m]) => [name, m.rssMb, m.pssMb, m.privateDirtyMb]);
    table('Memory (MB)', ['process', 'RSS', 'PSS', 'private dirty'], rows);
  }
  if (neighbours) {
    const { figures } = neighbours;
    const rows = (['alone', 'besideKnown', 'besideUnknown'] as const).map((name) => [name, figures[name].p50Ms, figures[name].p99Ms]);
    table(`A sane task beside ${figures.hostileRuns} hostile runs (ms)`, ['', 'p50', 'p99'], rows);
    lines.push(`hostile runs ended: ${JSON.stringify(figures.hostileEnded)}; sane runs failed: ${figures.saneFailed}`);
  }
  if (skipped.length > 0) lines.push('', ...skipped.map(({ what, why }) => `skipped: ${what}: ${why}`));
  lines.push('', ...targets.map(({ target, figure, isMet }) => `${isMet ? 'met    ' : 'not met'}  ${target}: ${figure}`));
  return lines;
}
