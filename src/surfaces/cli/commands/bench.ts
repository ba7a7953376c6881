import { benchOperation, type BenchReport } from '#benching/index.ts';
import { call } from '#kernel/index.ts';
import type { Command, Screen, Shown } from '../command.ts';
import { jsonText } from '../terminal.ts';
import { benchText } from './bench/bench-text.ts';
import { createProgressBar } from './bench/progress-bar.ts';

export const benchCommand: Command = {
  operation: benchOperation,
  async run(input, parts, options) {
    const bar = createProgressBar(parts.screen, () => performance.now());
    try {
      return await call(benchOperation, { ...(await parts.bench()), onProgress: (share, runs) => bar.show(share, runs) }, input, {
        ...options,
        notify(event) {
          bar.clear();
          options.notify?.(event);
        },
      });
    } finally {
      bar.clear();
    }
  },
  show: (answer, screen, input) => showBench(answer as BenchReport, screen, input['failIfSlower'] === true),
};

function showBench(report: BenchReport, screen: Screen, failsIfSlower: boolean): Shown {
  if (screen.format === 'auto') screen.out(benchText(report, screen.paintOut));
  else screen.out(`${jsonText(report, screen.format === 'pretty')}\n`);
  if (report.saved !== null) screen.err(`Baseline saved to: ${report.saved}\n`);
  if (report.state === 'stopped') return { exit: 'interrupted' };
  const isSlower = report.comparison?.wallMs.verdict === 'slower' || report.comparison?.cpuMs.verdict === 'slower';
  return { exit: report.measurement.failures.length > 0 || (failsIfSlower && isSlower) ? 'failed' : 'ok' };
}
