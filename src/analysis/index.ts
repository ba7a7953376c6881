export { createAnalysis, type AnalysisParts } from './create-analysis.ts';
export * from './errors.ts';
export { matchesOf } from './pattern/compile-pattern.ts';
export { factsOfFailure } from './pattern/error-facts.ts';
export { compiledBuiltIns } from './pattern/pattern-book.ts';
export { analyzeFailure } from './report/analyze-failure.ts';
export type { FailureStory } from './report/failure-story.ts';
export * from './operations.ts';
