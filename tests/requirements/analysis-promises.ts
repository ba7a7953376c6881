import type { Promised } from './promised.ts';

const page = 'docs/guide/error-analysis.md';

/** What is promised of error patterns and reports. */
export const analysisPromises: readonly Promised[] = [
  {
    id: 'analysis.report',
    promise: "A report of a failure names the author's own file and line, and what differs from the latest time the task worked.",
    page,
  },
  { id: 'analysis.budget', promise: 'A report keeps to the budget of tokens it was asked for, and names what it left out.', page },
  { id: 'analysis.masked', promise: 'Reports hold no secrets and no personal data that can be told by name or looks.', page },
  { id: 'analysis.built-in', promise: 'Every built-in error pattern knows a failure that really happens.', page },
  { id: 'analysis.custom-patterns', promise: 'A pattern that is stored counts at once, for failures of the past as well.', page },
  {
    id: 'analysis.quick-patterns',
    promise: 'A regular expression of a pattern that some message could keep busy for long is refused.',
    page,
  },
];
