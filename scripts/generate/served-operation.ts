import type { Listing } from '#kernel/index.ts';
import { restRouteOf, type AnyOperation, type AnyStream, type RestRoute } from '../../src/surfaces/rest/projection.ts';
import { listingOf } from '../../src/surfaces/rest/read-list.ts';

/** One operation or stream that is served over REST. */
export interface ServedOperation {
  readonly one: AnyOperation | AnyStream;
  readonly route: RestRoute;
  /** Of a list: how it can be narrowed. */
  readonly listing: Listing | null;
  readonly noun: string;
  readonly verb: string;
}

/** It with what is looked at of its route; nothing where it is not served. */
export function servedOperations(all: readonly (AnyOperation | AnyStream)[]): ServedOperation[] {
  return all.flatMap((one) => {
    const route = restRouteOf(one);
    if (route === null) return [];
    const [noun = '', verb = ''] = one.name.split('.');
    const listing = route.method === 'GET' && isOperation(one) ? listingOf(one.input) : null;
    return [{ one, route, listing, noun, verb }];
  });
}

export const isOperation = (one: AnyOperation | AnyStream): one is AnyOperation => 'isOperation' in one;
