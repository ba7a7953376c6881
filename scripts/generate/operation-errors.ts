import type { AnyErrorKind } from '#kernel/index.ts';
import * as clientErrors from '../../src/surfaces/client/errors.ts';
import { errorsOfRoute } from '../../src/surfaces/rest/openapi-errors.ts';
import type { ServedOperation } from './served-operation.ts';

/** Codes by operation: its own, those of the way over HTTP, and those of the client. */
export function operationErrors(served: readonly ServedOperation[]): {
  readonly all: ReadonlySet<string>;
  readonly lines: readonly string[];
} {
  const codesOf = (kinds: readonly AnyErrorKind[]) => new Set(kinds.map(({ code }) => code));
  const read = { ...served[0]!.route, method: 'GET' } as const;
  const ofAny = codesOf([...errorsOfRoute(read, false), ...Object.values(clientErrors)]);
  const ofLists = without(codesOf(errorsOfRoute(read, true)), ofAny);
  const ofWrites = without(codesOf(errorsOfRoute({ ...read, method: 'POST' }, false)), ofAny);
  const all = new Set([...ofAny, ...ofLists, ...ofWrites]);
  const rows = served.map(({ one, route, listing }) => {
    const shared = ['AnyCallError', ...(listing === null ? [] : ['AnyListError']), ...(route.method === 'GET' ? [] : ['AnyWriteError'])];
    const own = codesOf(one.errors);
    for (const code of own) all.add(code);
    const rest = without(own, new Set([...ofAny, ...(listing === null ? [] : ofLists), ...(route.method === 'GET' ? [] : ofWrites)]));
    return `  '${one.name}': ${[...shared, ...words(rest)].join(' | ')};`;
  });
  const lines = [
    '/** Codes that any call may end with. */',
    `export type AnyCallError = ${words(ofAny).join(' | ')};`,
    '/** Codes that any list may end with beside them. */',
    `export type AnyListError = ${words(ofLists).join(' | ')};`,
    '/** Codes that anything that may change something may end with beside them. */',
    `export type AnyWriteError = ${words(ofWrites).join(' | ')};`,
    '',
    '/** Codes a call may end with, by the name of its operation or stream. */',
    'export interface OperationErrors {',
    ...rows,
    '}',
  ];
  return { all, lines };
}

const without = (codes: ReadonlySet<string>, others: ReadonlySet<string>) => new Set([...codes].filter((code) => !others.has(code)));
const words = (codes: Iterable<string>) => [...codes].toSorted().map((code) => `'${code}'`);
