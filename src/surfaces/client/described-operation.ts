import type { Operation } from '#kernel/index.ts';
import { routeParts, type WireOperation } from './wire-operation.ts';
import type { z } from 'zod';

/** What is read of an operation or a stream that is at hand itself. */
export type Callable = Pick<Operation, 'name' | 'input' | 'on'> & { readonly effect?: Operation['effect'] };

/** An operation of a server as the client calls it. @throws TypeError for one that is not served over REST */
export function describedOperation({ name, input: schema, on: { rest }, effect }: Callable): WireOperation {
  if (rest === undefined) throw new TypeError(`${name} is not served over REST`);
  const { method, path } = routeParts(rest);
  const isList = method === 'GET' && schema.meta()?.['listing'] !== undefined;
  const answers = typeof rest === 'string' ? 'data' : (rest.answers ?? 'data');
  return {
    name,
    method,
    path,
    shape: isList ? 'page' : answers === 'stats' ? 'stats' : 'data',
    isRead: method === 'GET' || effect === 'read',
    waitMsOf(input) {
      const { shape } = schema as Partial<z.ZodObject>;
      const waits = [shape?.['waitMs']?.safeParse(input['waitMs']).data, shape?.['wait']?.safeParse(input['wait']).data];
      return waits.find((wait) => typeof wait === 'number') ?? 0;
    },
  };
}
