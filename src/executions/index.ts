export type * from './execution.ts';
export * from './run.ts';
