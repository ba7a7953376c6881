import type { ToolContext } from '../../offer.ts';
import type { JobEvent } from './follow-job.ts';

/** Which reports a client wants to hear of. */
export interface ProgressFilter {
  /** Least difference to the report before, 0 to 1. */
  readonly minDelta: number;
  /** Least time between two reports. */
  readonly minIntervalMs: number;
  /** Names of steps; empty: every one. */
  readonly steps: readonly string[];
  readonly withData: boolean;
}

/** Tells the client what a running execution reports and logs. The task's own words: progress, step, stepNumber, totalSteps, message, data. */
export function tellProgress(
  context: Pick<ToolContext, 'progress'>,
  filter: ProgressFilter | null,
  about: { readonly executionId: string; readonly taskId: string },
): (event: JobEvent) => void {
  let share = 0;
  let toldShare = -Infinity;
  let toldAt = -Infinity;
  return ({ kind, data: { details } }) => {
    if (kind === 'execution.log') {
      if (filter === null)
        context.progress({ progress: share, message: `${text(details['level'])}: ${text(details['message'])}`, ...about });
      return;
    }
    if (kind !== 'execution.progress') return;
    if (typeof details['share'] === 'number') share = details['share'];
    const report = fieldsOf(details['report']);
    const step = typeof report['step'] === 'string' ? report['step'] : undefined;
    if (filter !== null) {
      const now = performance.now();
      const isLast = share >= 1;
      if (filter.steps.length > 0 && (step === undefined || !filter.steps.includes(step))) return;
      if (!isLast && (share - toldShare < filter.minDelta || now - toldAt < filter.minIntervalMs)) return;
      toldShare = share;
      toldAt = now;
    }
    context.progress({
      progress: share,
      ...(typeof report['message'] === 'string' ? { message: report['message'] } : {}),
      ...(step === undefined ? {} : { step }),
      ...numberOf('stepNumber', report['stepNumber'] ?? report['step_number']),
      ...numberOf('totalSteps', report['totalSteps'] ?? report['total_steps']),
      ...(report['data'] === undefined || filter?.withData === false ? {} : { data: report['data'] }),
      ...about,
    });
  };
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

function fieldsOf(report: unknown): Readonly<Record<string, unknown>> {
  return typeof report === 'object' && report !== null ? (report as Record<string, unknown>) : {};
}

function numberOf<Name extends string>(name: Name, value: unknown): { readonly [Key in Name]?: number } {
  return (typeof value === 'number' ? { [name]: value } : {}) as { readonly [Key in Name]?: number };
}
