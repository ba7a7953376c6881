export type * from './execution.ts';
export * from './execution-store.ts';
export * from './progress-share.ts';
export * from './run.ts';
export * from './shown-execution.ts';
