import type { ErrorReport, ExecutionAnalysis } from './execution-analysis.ts';
import { tokensOf } from './token-budget.ts';

/** One way to say less, and the field it is about. The least missed come first. */
type Cut = readonly [field: string, (answer: ExecutionAnalysis, report: ErrorReport) => boolean];

/** Takes half of a list away: of what is in order of time the older half. @returns whether there was something to take */
function halve<Item>(list: readonly Item[], keep: 'first' | 'last', least: number, set: (list: Item[]) => void): boolean {
  if (list.length <= least) return false;
  const left = Math.max(least, Math.floor(list.length / 2));
  set(keep === 'first' ? list.slice(0, left) : left === 0 ? [] : list.slice(-left));
  return true;
}

const shorten = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 3).toWellFormed()}...`);

const cuts: readonly Cut[] = [
  ['matchedPatterns', (_, report) => halve(report.matchedPatterns, 'first', 3, (list) => (report.matchedPatterns = list))],
  [
    'matchedPatterns.preventiveMeasures',
    (_, report) =>
      dropIn(
        report.matchedPatterns.slice(1),
        (match) => match.preventiveMeasures,
        (match) => (match.preventiveMeasures = []),
      ),
  ],
  ['relatedLogs', (_, report) => halve(report.relatedLogs, 'last', 5, (list) => (report.relatedLogs = list))],
  ['recentOperations', (_, report) => halve(report.recentOperations, 'last', 5, (list) => (report.recentOperations = list))],
  [
    'similarErrors.latest',
    (_, { similarErrors }) => similarErrors !== null && halve(similarErrors.latest, 'first', 0, (list) => (similarErrors.latest = list)),
  ],
  ['suggestedPrompts', (_, report) => halve(report.suggestedPrompts, 'last', 2, (list) => (report.suggestedPrompts = list))],
  ['changes.answers', (_, { changes }) => changes !== null && halve(changes.answers, 'first', 2, (list) => (changes.answers = list))],
  ['changes.files', (_, { changes }) => changes !== null && halve(changes.files, 'first', 3, (list) => (changes.files = list))],
  ['changes.input', (_, { changes }) => changes !== null && halve(changes.input, 'first', 3, (list) => (changes.input = list))],
  ['executionContext.inputDataSummary', (_, { executionContext }) => shrinkInput(executionContext, 1_000)],
  ['codeContext.lines', (_, { codeContext }) => codeContext !== null && aroundFailing(codeContext)],
  [
    'codeContext.frames',
    (_, { codeContext }) => codeContext !== null && halve(codeContext.frames, 'first', 2, (list) => (codeContext.frames = list)),
  ],
  ['relatedLogs', (_, report) => halve(report.relatedLogs, 'last', 0, (list) => (report.relatedLogs = list))],
  ['recentOperations', (_, report) => halve(report.recentOperations, 'last', 0, (list) => (report.recentOperations = list))],
  ['errorSummary.message', ({ analysis }, { errorSummary }) => shortenAll([500], analysis, errorSummary)],
  ['suggestions', (answer) => halve(answer.suggestions, 'first', 2, (list) => (answer.suggestions = list))],
  ['nextSteps', (answer) => halve(answer.nextSteps, 'first', 3, (list) => (answer.nextSteps = list))],
  ['executionContext.inputDataSummary', (_, { executionContext }) => shrinkInput(executionContext, 0)],
  ['changes', (_, report) => report.changes !== null && ((report.changes = null), true)],
  ['similarErrors', (_, report) => report.similarErrors !== null && ((report.similarErrors = null), true)],
  ['matchedPatterns', (_, report) => halve(report.matchedPatterns, 'first', 1, (list) => (report.matchedPatterns = list))],
  [
    'matchedPatterns.suggestions',
    (_, report) =>
      dropIn(
        report.matchedPatterns,
        (match) => [...match.suggestions, ...match.preventiveMeasures, ...match.commonCauses, ...match.documentationLinks],
        (match) => {
          match.suggestions = [];
          match.preventiveMeasures = [];
          match.commonCauses = [];
          match.documentationLinks = [];
        },
      ),
  ],
  ['suggestedPrompts', (_, report) => halve(report.suggestedPrompts, 'last', 0, (list) => (report.suggestedPrompts = list))],
  ['systemState', (_, report) => report.systemState !== null && ((report.systemState = null), true)],
  ['codeContext', (_, report) => report.codeContext !== null && ((report.codeContext = null), true)],
  ['matchedPatterns', (_, report) => halve(report.matchedPatterns, 'first', 0, (list) => (report.matchedPatterns = list))],
  ['nextSteps', (answer) => halve(answer.nextSteps, 'first', 0, (list) => (answer.nextSteps = list))],
  ['suggestions', (answer) => halve(answer.suggestions, 'first', 0, (list) => (answer.suggestions = list))],
  ['errorSummary.message', ({ analysis }, { errorSummary }) => shortenAll([100], analysis, errorSummary)],
];

function dropIn<Item>(items: readonly Item[], read: (item: Item) => readonly unknown[], drop: (item: Item) => void): boolean {
  const full = items.filter((item) => read(item).length > 0);
  for (const item of full) drop(item);
  return full.length > 0;
}

function shrinkInput(context: ErrorReport['executionContext'], most: number): boolean {
  const { inputDataSummary: summary } = context;
  const text = JSON.stringify(summary) ?? 'null';
  // A text that was cut before does not get shorter by being written as JSON once more.
  const isCutText = typeof summary === 'object' && summary !== null && typeof (summary as { preview?: unknown }).preview === 'string';
  if (text.length <= Math.max(most, 80) || (isCutText && most > 0)) return false;
  context.inputDataSummary = { _truncated: true, preview: most === 0 ? '' : shorten(text, most / 2), length: text.length };
  return true;
}

function aroundFailing(code: NonNullable<ErrorReport['codeContext']>): boolean {
  const near = code.lines.filter(({ number }) => Math.abs(number - code.line) <= 2);
  if (near.length === code.lines.length) return false;
  code.lines = near;
  return true;
}

function shortenAll([most]: readonly [number], analysis: ExecutionAnalysis['analysis'], summary: ErrorReport['errorSummary']): boolean {
  const before = [analysis.rootCause, analysis.errorMessage, analysis.impact, summary.message, summary.hint, summary.errorType].join(
    '',
  ).length;
  analysis.rootCause = shorten(analysis.rootCause, most);
  analysis.errorMessage = analysis.errorMessage === null ? null : shorten(analysis.errorMessage, most);
  analysis.impact = shorten(analysis.impact, most);
  summary.message = shorten(summary.message, most);
  summary.hint = shorten(summary.hint, most);
  summary.errorType = shorten(summary.errorType, most);
  return (
    [analysis.rootCause, analysis.errorMessage, analysis.impact, summary.message, summary.hint, summary.errorType].join('').length < before
  );
}

/**
 * Says less until the answer fits, what is missed least first, and names in `truncatedFields` what was cut. Changes the answer it is given.
 * @param render the text that is measured: the JSON, or the Markdown
 */
export function fitBudget(answer: ExecutionAnalysis, report: ErrorReport, maxTokens: number, render: () => string): string {
  const cutFields = new Set(report.metadata.truncatedFields);
  const note = () => {
    report.metadata.truncatedFields = [...cutFields];
    report.metadata.contextTokensEstimate = 0;
  };
  const measured = () => {
    const text = render();
    report.metadata.contextTokensEstimate = tokensOf(text);
    return text;
  };
  let text = measured();
  for (const [field, cut] of cuts) {
    // A list is halved again and again before the next one is touched; room is left for the names of further fields.
    while (tokensOf(text) > maxTokens - 20 && cut(answer, report)) {
      // Of an object the fields in it no longer count.
      for (const known of cutFields) if (known.startsWith(`${field}.`)) cutFields.delete(known);
      cutFields.add(field);
      note();
      text = measured();
    }
  }
  return text;
}
