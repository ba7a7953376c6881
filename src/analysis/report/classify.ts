import type { ErrorFacts } from '../pattern/error-facts.ts';
import type { Match } from '../pattern/compile-pattern.ts';
import type { Classification } from './execution-analysis.ts';

type Words = readonly [errorType: string, category: string, severity: Classification['severity']];

/** Words of the older engine (contract 5.3.1) for what a pattern of each category is. */
const timeout: Words = ['timeout_error', 'transient', 'medium'];
const network: Words = ['network_error', 'transient', 'medium'];
const permission: Words = ['permission_error', 'security', 'high'];
const notFound: Words = ['not_found_error', 'client', 'low'];
const validation: Words = ['validation_error', 'input', 'medium'];
const resource: Words = ['resource_error', 'system', 'critical'];
const database: Words = ['database_error', 'infrastructure', 'high'];
const javascript: Words = ['javascript_error', 'runtime', 'medium'];
const syntax: Words = ['syntax_error', 'code', 'high'];

/** What is sure, whatever the message says. */
const byCode: Readonly<Record<string, Words>> = {
  TIMED_OUT: timeout,
  CPU_LIMIT_EXCEEDED: ['timeout_error', 'runtime', 'high'],
  MEMORY_LIMIT_EXCEEDED: resource,
  OUTPUT_TOO_LARGE: ['resource_error', 'runtime', 'medium'],
  INPUT_INVALID: validation,
  OUTPUT_INVALID: ['validation_error', 'code', 'medium'],
  OUTPUT_NOT_JSON: ['validation_error', 'code', 'medium'],
  TASK_COMPILE_FAILED: syntax,
  TASK_NOT_CALLABLE: syntax,
  TASK_NOT_FOUND: notFound,
  STORAGE_FULL: ['database_error', 'infrastructure', 'critical'],
  STORAGE_UNAVAILABLE: ['database_error', 'infrastructure', 'critical'],
};
const byType: Readonly<Record<string, Words>> = {
  TimeoutError: timeout,
  NetworkError: network,
  ServiceUnavailableError: network,
  RateLimitError: ['rate_limit_error', 'transient', 'medium'],
  AuthenticationError: permission,
  AuthorizationError: permission,
  ValidationError: validation,
  DataError: validation,
  DatabaseError: database,
  TypeError: javascript,
  ReferenceError: javascript,
  RangeError: javascript,
  SyntaxError: javascript,
};
const byReason: Readonly<Record<string, Words>> = {
  blocked: permission,
  timeout,
  limit: ['resource_error', 'runtime', 'medium'],
  'too-large': ['resource_error', 'runtime', 'medium'],
  invalid: ['validation_error', 'code', 'medium'],
};
const byStatus: Readonly<Record<number, Words>> = { 401: permission, 403: permission, 404: notFound, 400: validation, 422: validation };
/** The first that is found in the message, in the order of the older engine. */
const byMessage: readonly (readonly [words: RegExp, Words])[] = [
  [/time[d ]?\s?out/i, timeout],
  [/network|connection/i, network],
  [/permission|unauthorized/i, permission],
  [/not found|404/i, notFound],
  [/validation|invalid/i, validation],
  [/out of memory|\boom\b/i, resource],
  [/database|\bsql\b/i, database],
  [/javascript/i, javascript],
  [/syntax/i, syntax],
];

/** What kind of failure it is: by its code, its class, its status, the pattern it fits best, and at last by its words. */
export function classify(facts: ErrorFacts, best: Match | undefined): Words {
  const status = facts.fields.map((fields) => fields['status']).find((value) => typeof value === 'number');
  const reason = facts.fields.map((fields) => fields['reason']).find((value) => typeof value === 'string');
  const said =
    (Object.hasOwn(byCode, facts.code) ? byCode[facts.code] : undefined) ??
    (typeof status === 'number' && Object.hasOwn(byStatus, status) ? byStatus[status] : undefined) ??
    (typeof reason === 'string' && Object.hasOwn(byReason, reason) ? byReason[reason] : undefined) ??
    (Object.hasOwn(byType, facts.type) ? byType[facts.type] : undefined) ??
    (best?.compiled.pattern.category === 'database' ? database : undefined) ??
    byMessage.find(([words]) => words.test(facts.message))?.[1];
  const [errorType, category, severity] = said ?? [
    `${facts.code.toLowerCase()}_error`.replace(/_error_error$/, '_error'),
    'unknown',
    'medium' as const,
  ];
  // A pattern knows better how bad it is than a class does.
  return [errorType, category, best === undefined ? severity : best.compiled.pattern.severity];
}
