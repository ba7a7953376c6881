import type { CallContext, Operation, RestProjection, Stream, StreamEvent } from '#kernel/index.ts';

/** Any operation, whatever it leans on and takes: what it takes is checked by its own schema. */
export type AnyOperation = Omit<Operation, 'run'> & {
  readonly run: (services: never, input: never, context: CallContext) => Promise<unknown>;
};
export type AnyStream = Omit<Stream, 'open'> & {
  readonly open: (services: never, input: never, after: string | null, context: CallContext) => AsyncIterable<StreamEvent<unknown>>;
};

export const apiPrefix = '/api/v1';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How an operation is served, with everything said that a projection may leave out. */
export interface RestRoute {
  readonly method: Method;
  /** Below the prefix, with parameters as `:id`. */
  readonly path: string;
  /** Input fields that stand in the path. */
  readonly params: readonly string[];
  readonly status: NonNullable<RestProjection['status']>;
  readonly answers: NonNullable<RestProjection['answers']>;
  readonly aliases: Readonly<Record<string, string>>;
}

/** The route of an operation or a stream; null where it is not served over REST. @throws TypeError for a route that cannot be read */
export function restRouteOf({
  name,
  on,
}: {
  readonly name: string;
  readonly on: { readonly rest?: string | RestProjection };
}): RestRoute | null {
  if (on.rest === undefined) return null;
  const projection: RestProjection = typeof on.rest === 'string' ? { route: on.rest } : on.rest;
  const found = /^(GET|POST|PUT|PATCH|DELETE) (\/\S*)$/.exec(projection.route);
  if (!found) throw new TypeError(`the route of ${name} is no method and path: ${projection.route}`);
  const path = found[2]!.replaceAll(/\{(\w+)\}/g, ':$1');
  return {
    method: found[1] as Method,
    path,
    params: [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!),
    status: projection.status ?? 200,
    answers: projection.answers ?? 'data',
    aliases: projection.aliases ?? {},
  };
}

/** The noun a route is about: `jobs` of `/jobs/:id/cancel`. */
export function nounOf({ path }: Pick<RestRoute, 'path'>): string {
  return path.split('/')[1] ?? '';
}
