import type { executionTrace } from '#executions/stored/operations.ts';
import type { z } from 'zod';

type Trace = z.output<typeof executionTrace.output>;

/**
 * An execution as folded stacks, one `frame;frame;frame microseconds` a line, as flame graph tools read them. Time in which requests were
 * open belongs to the one that had been open longest, so that the sum of all lines is the time of the execution; the rest is the task's own
 * code, as far as it used the processor, and waiting for timers.
 */
export function foldedStacks({ task, cost, effects }: Pick<Trace, 'task' | 'cost' | 'effects'>): string {
  const root = frame(`${task.label}@${task.version}`);
  const wallMs = cost?.wallMs ?? Math.max(0, ...effects.map(({ startedMs, durationMs }) => startedMs + durationMs));
  const totals = new Map<string, number>();
  const add = (stack: string, ms: number) => {
    const microseconds = Math.round(ms * 1_000);
    if (microseconds > 0) totals.set(stack, (totals.get(stack) ?? 0) + microseconds);
  };
  let inRequestsMs = 0;
  let covered = 0;
  for (const effect of effects.toSorted((a, b) => a.startedMs - b.startedMs)) {
    const from = Math.max(covered, effect.startedMs);
    const to = Math.min(wallMs, effect.startedMs + effect.durationMs);
    if (to <= from) continue;
    covered = to;
    inRequestsMs += to - from;
    const { site } = effect;
    const caller = site === null ? [] : [frame(`${site.function || '(anonymous)'} ${site.file}:${site.line}`)];
    add([root, ...caller, frame(`${effect.method} ${withoutQuery(effect.url)}`)].join(';'), to - from);
  }
  const restMs = Math.max(0, wallMs - inRequestsMs);
  const codeMs = Math.min(restMs, cost?.cpuMs ?? restMs);
  add(`${root};(code of the task)`, codeMs);
  add(`${root};(waiting)`, restMs - codeMs);
  return [...totals].map(([stack, microseconds]) => `${stack} ${microseconds}`).join('\n');
}

/** What divides frames and ends a stack must not stand in one. */
function frame(name: string): string {
  return name.replaceAll(/[;\s]+/g, ' ').trim();
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/)[0]!;
}
