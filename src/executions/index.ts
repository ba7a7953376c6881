export type * from './execution.ts';
export * from './run.ts';
export * from './shown-execution.ts';
