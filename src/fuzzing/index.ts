export * from './errors.ts';
export { fuzzTask, type FuzzParts, type FuzzRequest } from './fuzz-task.ts';
export { Finding, type FindingKind, type ShownAnswer } from './finding.ts';
export type { FuzzAnswer, FuzzServices } from './operations.ts';
export { FuzzReport, type FuzzEvent } from './report.ts';
