import { idempotencyKeyReused, inputRejected, internalError, notPermitted, type AnyErrorKind } from '#kernel/index.ts';
import { pathErrors } from '#surfaces/http/index.ts';
import { filterUnknown, idempotencyKeyBusy, idempotencyKeyInvalid, paginationInvalid, sortUnknown } from './errors.ts';
import type { OpenApiExample, OpenApiResponse } from './openapi.ts';
import { apiPrefix, type RestRoute } from './projection.ts';

/** What any call can end with, and what only lists or writes can. */
export function errorsOfRoute(route: RestRoute, isList: boolean): readonly AnyErrorKind[] {
  return [
    inputRejected,
    notPermitted,
    internalError,
    ...pathErrors.any,
    ...(isList ? [paginationInvalid, filterUnknown, sortUnknown] : []),
    ...(route.method === 'GET' ? [] : [...pathErrors.withBody, idempotencyKeyInvalid, idempotencyKeyBusy, idempotencyKeyReused]),
  ];
}

export interface ErrorResponses {
  /** What a route answers with by status, as references into the components. */
  of(own: readonly AnyErrorKind[], route: RestRoute, isList: boolean): Record<string, OpenApiResponse>;
  /** For the components: a response per set of codes. */
  responses(): Record<string, OpenApiResponse>;
  /** For the components: an example per code. */
  examples(): Record<string, OpenApiExample>;
}

/** Collects what operations end with. Most of them share most of it: written out at each, it was two thirds of the document. */
export function createErrorResponses(): ErrorResponses {
  const names = new Map<string, string>();
  const responses: Record<string, OpenApiResponse> = {};
  const examples: Record<string, OpenApiExample> = {};

  const nameOf = (status: number, kinds: readonly AnyErrorKind[]): string => {
    const codes = kinds.map(({ code }) => code).join(', ');
    const known = names.get(codes);
    if (known !== undefined) return known;
    const same = [...names.values()].filter((name) => name.startsWith(`Status${status}`)).length;
    const name = kinds.length === 1 ? kinds[0]!.code : `Status${status}${same === 0 ? '' : `_${same + 1}`}`;
    names.set(codes, name);
    for (const kind of kinds) examples[kind.code] = { value: exampleOf(kind) };
    responses[name] = errorResponse(status, kinds);
    return name;
  };

  return {
    of(own, route, isList) {
      const byStatus = new Map<number, Map<string, AnyErrorKind>>();
      for (const kind of [...own, ...errorsOfRoute(route, isList)]) {
        const at = byStatus.get(kind.spec.http) ?? new Map<string, AnyErrorKind>();
        byStatus.set(kind.spec.http, at.set(kind.code, kind));
      }
      return Object.fromEntries(
        [...byStatus]
          .toSorted(([a], [b]) => a - b)
          .map(([status, kinds]) => [status, { $ref: `#/components/responses/${nameOf(status, [...kinds.values()])}` }]),
      );
    },
    responses: () => byName(responses),
    examples: () => byName(examples),
  };
}

function byName<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function errorResponse(status: number, kinds: readonly AnyErrorKind[]): OpenApiResponse {
  const examples = kinds.map(({ code }) => [code, { $ref: `#/components/examples/${code}` }]);
  return {
    description: kinds.map(({ code }) => code).join(', '),
    ...([429, 503, 507].includes(status)
      ? { headers: { 'Retry-After': { description: 'Seconds to wait before another try', schema: { type: 'string' } } } }
      : {}),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(examples) as Record<string, { $ref: string }>,
      },
    },
  };
}

function exampleOf({ code, spec }: AnyErrorKind): unknown {
  return {
    error: {
      code,
      message: firstSentence(spec.about),
      hint: 'Says what to do next.',
      status: spec.http,
      requestId: '01980a4e-3c00-7000-8000-000000000000',
      timestamp: '2026-01-31T12:00:00.000Z',
      path: apiPrefix,
      link: `/docs/errors/${code}`,
    },
  };
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.)\s/)[0] ?? text;
}
