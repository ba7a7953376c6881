export * from './bench-report.ts';
export * from './errors.ts';
export { benchOperation, type BenchParts } from './operations.ts';
