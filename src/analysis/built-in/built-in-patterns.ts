import type { ErrorPattern } from '../pattern/error-pattern.ts';
import { codeErrors } from './code-errors.ts';
import { dataErrors, platformErrors } from './data-errors.ts';
import { httpErrors } from './http-errors.ts';
import { limitErrors } from './limit-errors.ts';
import { mcpErrors } from './mcp-errors.ts';
import { networkErrors } from './network-errors.ts';

/** Patterns that every server knows. Their regular expressions are judged by a test, so that a start need not. */
export const builtInPatterns: readonly ErrorPattern[] = [
  ...codeErrors,
  ...dataErrors,
  ...httpErrors,
  ...networkErrors,
  ...mcpErrors,
  ...limitErrors,
  ...platformErrors,
];
