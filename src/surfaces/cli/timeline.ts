import type { RunOnceAnswer } from '#executions/operations.ts';
import { sizeText } from './size.ts';
import { printable, type Paint } from './terminal.ts';

type Ran = Exclude<RunOnceAnswer, { state: 'not-run' }>;

/** What happened during an execution, in order, one line each: offset from its start, and a request with its answer or a log line. */
export function timeline(run: Pick<Ran, 'effects' | 'logs' | 'turns' | 'startedAt' | 'cost'>, paint: Paint): string {
  const requests = run.effects.map((effect) => {
    const outcome = effect.failure
      ? paint('red', printable(`${effect.failure.name} (${effect.failure.reason})`))
      : paint((effect.status ?? 0) < 400 ? 'green' : 'yellow', String(effect.status));
    const again = effect.attempts > 1 ? `, ${effect.attempts} attempts` : '';
    const text = `${printable(effect.method)} ${printable(effect.url)} ${outcome} ${Math.round(effect.durationMs)} ms, ${sizeText(effect.requestBytes)} out, ${sizeText(effect.responseBytes)} in${again}`;
    return { at: effect.startedMs, mark: `r${effect.number}`, text };
  });
  const logs = run.logs.map((line) => ({ at: line.arrivedMs, mark: line.level, text: printable(line.message) }));
  const lines = [...requests, ...logs]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, mark, text }) => `${offset(at)}  ${paint('dim', mark.padEnd(5))}  ${text}\n`);
  const turns =
    run.turns.length > 0 ? `${paint('dim', `woken by ${run.turns.slice(0, 50).join(' ')}${run.turns.length > 50 ? ' ...' : ''}`)}\n` : '';
  return `${lines.join('')}${turns}${offset(run.cost.wallMs)}  ${paint('dim', 'end')}\n`;
}

function offset(ms: number): string {
  return `${ms >= 0 ? '+' : '-'}${Math.abs(ms).toFixed(1).padStart(8)} ms`;
}
