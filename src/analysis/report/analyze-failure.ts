import { isoTime } from '#kernel/index.ts';
import type { AnalyzeRequest } from '../analysis-services.ts';
import { createPersonalData } from '../masking/personal-data.ts';
import { matchesOf, type CompiledPattern } from '../pattern/compile-pattern.ts';
import { factsOfFailure } from '../pattern/error-facts.ts';
import { classify } from './classify.ts';
import type { ErrorReport as Report, ExecutionAnalysis } from './execution-analysis.ts';
import type { FailureStory } from './failure-story.ts';
import { fitBudget } from './fit-budget.ts';
import { markdownReport } from './markdown-report.ts';
import { impactOf, nextStepsOf, rootCauseOf } from './next-steps.ts';
import { summariseJson } from './summarise-json.ts';
import { mostCutsNamed, shownMatches, writeReport } from './write-report.ts';

export interface FailureWishes extends Pick<AnalyzeRequest, 'format' | 'includeSuggestions' | 'includeContext' | 'includePrompts'> {
  readonly maxTokens: number;
  readonly now: number;
  readonly patterns: readonly CompiledPattern[];
  /** Least confidence of a pattern that counts. */
  readonly threshold: number;
  readonly systemState: Report['systemState'];
  /** JSON text without the values of secrets: those that it gives away itself, by their names and looks. */
  readonly withoutSecrets: (json: string) => string;
}

/** Inputs up to this length are looked through for secrets together with the report; what is longer was masked when it was stored. */
const longestInputBeside = 200_000;

/** Everything that is said of a failure, masked and within the budget. Reads nothing and waits for nothing. */
export function analyzeFailure(story: FailureStory, wishes: FailureWishes): ExecutionAnalysis {
  const facts = factsOfFailure(story.failure, { logsDropped: story.logsDropped, taskName: story.taskName, taskVersion: story.taskVersion });
  const matches = matchesOf(facts, wishes.patterns, wishes.threshold);
  const [errorType, category, severity] = classify(facts, matches[0]);
  const report = masked(story, writeReport(story, matches, { ...wishes, severity }), wishes);
  // What patterns say was written by those who run the server, for whoever reads this.
  report.matchedPatterns = shownMatches(matches, wishes.includeSuggestions);
  const answer: ExecutionAnalysis = {
    executionId: story.executionId,
    executionUuid: story.executionUuid,
    status: story.status.toUpperCase(),
    isFailure: true,
    analysis: {
      errorType,
      category,
      rootCause: rootCauseOf(matches, report),
      impact: impactOf(story),
      severity,
      errorMessage: report.errorSummary.message,
    },
    suggestions: wishes.includeSuggestions
      ? [...new Set(matches.slice(0, 3).flatMap(({ compiled }) => compiled.pattern.suggestions))].slice(0, 8)
      : [],
    nextSteps: nextStepsOf(story, matches, report, wishes.includeSuggestions),
    report,
    markdown: null,
    analyzedAt: isoTime(wishes.now),
  };
  if (wishes.format === 'json') {
    fitBudget(answer, report, wishes.maxTokens, () => JSON.stringify(answer));
    return answer;
  }
  // Around the text stand the other fields of the answer: they count as well.
  const whole = (): ExecutionAnalysis => ({ ...answer, report: null, markdown: markdownReport(answer, report) });
  fitBudget(answer, report, wishes.maxTokens, () => JSON.stringify(whole()));
  return whole();
}

/** The report without secrets and personal data, and with its summary of the input, which is made of the masked one. */
function masked(story: FailureStory, report: Report, { withoutSecrets, includeContext }: FailureWishes): Report {
  const isBeside = story.input.length <= longestInputBeside;
  // What the input gives away as a secret is one in the rest of the report as well. Values of texts alone are changed: it is the same report.
  const both = JSON.parse(withoutSecrets(`{"input":${isBeside ? story.input : 'null'},"report":${JSON.stringify(report)}}`)) as {
    input: unknown;
    report: Report;
  };
  if (includeContext) {
    const cut: string[] = [];
    const input = isBeside ? both.input : (JSON.parse(withoutSecrets(story.input)) as unknown);
    both.report.executionContext.inputDataSummary = summariseJson(input, (path) => cut.push(path === '' ? '' : `.${path}`));
    const { metadata } = both.report;
    metadata.truncatedFields = [
      ...metadata.truncatedFields,
      ...cut.map((path) => `executionContext.inputDataSummary${path}`.slice(0, 100).toWellFormed()),
    ].slice(0, mostCutsNamed);
  }
  return createPersonalData().value(both.report);
}
