import { executionTrace } from '#executions/stored/operations.ts';
import type { Command, Screen, Shown } from '#surfaces/cli/command.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { printable, type Paint } from '#surfaces/cli/terminal.ts';

interface Trace {
  readonly startedAt: number;
  readonly state: string;
  readonly cost: { readonly wallMs: number } | null;
  readonly effects: readonly {
    readonly number: number;
    readonly method: string;
    readonly url: string;
    readonly status: number | null;
    readonly startedMs: number;
    readonly durationMs: number;
    readonly failure: { readonly name: string } | null;
  }[];
  readonly logs: readonly {
    readonly level: string;
    readonly message: string;
    readonly at: number;
    readonly arrivedMs?: number | undefined;
  }[];
  readonly logsDropped: number;
  readonly progress: readonly { readonly atMs: number; readonly update: unknown }[];
}

interface Shows {
  readonly whole: unknown;
  readonly trace: Trace | null;
}

/** `execution show`: what the command line says, and beneath it, for a person, what happened when. */
export function showExecutionCommand(usual: Command): Command {
  return {
    ...usual,
    async run(typed, parts, options): Promise<Shows> {
      const whole = await usual.run(typed, parts, options);
      const { screen } = parts;
      // Where a person reads JSON because `show` prints it, what happened when stands beneath; whoever asks for JSON gets that alone.
      if (!screen.isOutTerminal || screen.format === 'json') return { whole, trace: null };
      const { id } = typed as { id: string };
      const trace = await connect(typed, parts).call(executionTrace, { id }, { signal: options.signal });
      return { whole, trace };
    },
    show(got, screen, input): Shown {
      const { whole, trace } = got as Shows;
      const shown = usual.show(whole, screen, input);
      if (trace !== null) showTimeline(trace, screen);
      return shown;
    },
  };
}

function showTimeline(trace: Trace, screen: Screen): void {
  const lines = timelineLines(trace, screen.paintOut);
  if (lines.length > 0) screen.out(`\n${screen.paintOut('bold', 'Timeline')}\n${lines.join('\n')}\n`);
}

/** Requests, log lines and reports of progress in the order in which they happened, each with milliseconds from the start. */
export function timelineLines({ startedAt, effects, logs, logsDropped, progress, cost, state }: Trace, paint: Paint): string[] {
  const events = [
    ...effects.map(({ number, method, url, status, startedMs, durationMs, failure }) => {
      const outcome = failure === null ? String(status) : failure.name;
      const isBad = failure !== null || (status ?? 0) >= 400;
      const text = `${printable(`${method} ${url}`)} ${paint(isBad ? 'red' : 'green', printable(outcome))} ${Math.round(durationMs)} ms`;
      return { atMs: startedMs, mark: `r${number}`, text };
    }),
    ...logs.map(({ level, message, at, arrivedMs }) => ({ atMs: arrivedMs ?? at - startedAt, mark: level, text: printable(message) })),
    ...progress.map(({ atMs, update }) => ({ atMs, mark: 'prog', text: printable(JSON.stringify(update) ?? '') })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  if (events.length === 0) return [];
  const end = cost === null ? [] : [{ atMs: cost.wallMs, mark: 'end', text: state }];
  const lines = [...events, ...end].map(
    ({ atMs, mark, text }) => `${offset(atMs)}  ${paint('dim', mark.padEnd(5))}  ${text.replaceAll('\n', `\n${' '.repeat(22)}`)}`,
  );
  return logsDropped > 0 ? [...lines, paint('yellow', `${logsDropped} more log lines were not kept`)] : lines;
}

const offset = (ms: number): string => `${ms < 0 ? '-' : '+'}${Math.abs(ms).toFixed(1).padStart(9)} ms`;
