import { parseDurationMs } from '#kernel/quantity.ts';
import { routeParts, type KnownRoute, type WireOperation } from './wire-operation.ts';

/** An operation of a server as the client calls it, read from what is known of its route. */
export function knownOperation(name: string, { route, shape = 'data', isRead, waits = {} }: KnownRoute): WireOperation {
  const parts = routeParts(route);
  return {
    name,
    ...parts,
    shape,
    isRead: isRead ?? parts.method === 'GET',
    waitMsOf(input) {
      for (const [field, usualMs] of Object.entries(waits)) {
        const said = input[field] ?? usualMs;
        const ms = typeof said === 'string' ? parseDurationMs(said) : said;
        if (typeof ms === 'number' && ms > 0) return ms;
      }
      return 0;
    },
  };
}
