import type { Match } from '../pattern/compile-pattern.ts';
import type { ErrorReport } from './execution-analysis.ts';
import type { FailureStory } from './failure-story.ts';

/** Why it most likely happened, in a sentence. */
export function rootCauseOf(matches: readonly Match[], report: ErrorReport): string {
  const [best] = matches;
  const place = report.codeContext === null ? '' : ` at ${report.codeContext.file}:${report.codeContext.line}`;
  const what = best === undefined ? report.errorSummary.errorType : best.compiled.pattern.name;
  const causes = best?.compiled.pattern.commonCauses.slice(0, 2) ?? [];
  return `${what}${place}: ${sentence(report.errorSummary.message)}${causes.length === 0 ? '' : ` Usually: ${causes.map(lowerFirst).join('; ')}.`}`;
}

/** What it means for others. */
export function impactOf(story: FailureStory): string {
  const { job, similar, attempt } = story;
  const ofJob =
    job === null
      ? 'The execution failed.'
      : job.status === 'failed'
        ? `Job ${story.jobId} has failed for good after ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}.`
        : job.status === 'completed'
          ? `Attempt ${attempt} of job ${story.jobId} failed; a later one completed.`
          : `Attempt ${attempt} of job ${story.jobId} failed; the job is ${job.status}, with ${job.retryCount} of ${job.maxRetries} retries used.`;
  if (similar === null || similar.count <= 1) return ofJob;
  const tasks = similar.tasks.length === 1 ? `the task ${similar.tasks[0]!.taskName}` : `${similar.tasks.length} tasks`;
  return `${ofJob} It is one of ${similar.isCountExact ? '' : 'at least '}${similar.count} equal failures of ${tasks}.`;
}

/** What to do first, in order: what is known of this very failure, then what helps with its kind. */
export function nextStepsOf(story: FailureStory, matches: readonly Match[], report: ErrorReport, includeSuggestions: boolean): string[] {
  const { codeContext, changes } = report;
  const steps: string[] = [];
  if (codeContext !== null)
    steps.push(`Look at ${codeContext.file}:${codeContext.line}${codeContext.function === '' ? '' : ` in ${codeContext.function}`}.`);
  else if (report.errorSummary.hint !== '') steps.push(report.errorSummary.hint);
  if (changes?.version && !changes.version.isSameCode)
    steps.push(
      `Compare with version ${changes.version.from}, which worked at ${changes.lastWorkedAt}: ${
        changes.files
          .map(({ path }) => path)
          .slice(0, 5)
          .join(', ') || 'its files are gone'
      }.`,
    );
  for (const { request, status, shape } of changes?.answers.slice(0, 2) ?? [])
    steps.push(
      `${request} answers otherwise than when it worked: ${[status === null ? null : `${status.to} instead of ${status.from}`, ...shape.slice(0, 3)].filter((part) => part !== null).join('; ')}.`,
    );
  const input = changes?.input ?? [];
  if (input.length > 0) steps.push(`The input differs in shape from the one that worked: ${input.slice(0, 3).join('; ')}.`);
  if (includeSuggestions) steps.push(...(matches[0]?.compiled.pattern.suggestions.slice(0, 3) ?? []));
  if (story.answers !== null && !story.executionId.includes('/'))
    steps.push(`Run it again offline as it was recorded: ratchet replay ${story.executionId}`);
  if (report.errorSummary.isRetryable && story.job?.status === 'failed') steps.push(`It may pass: ratchet job retry ${story.jobId}`);
  return [...new Set(steps)];
}

/** With its full stop. */
function sentence(text: string): string {
  return /[.!?]\s*$/.test(text) ? text : `${text}.`;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
