import { parseHostPattern } from '#engine/index.ts';

type Pattern = NonNullable<ReturnType<typeof parseHostPattern>>;

/** Stands for every public host: what a task without a list may reach. */
export const everyHost = '*:*';

/**
 * The lines of a network list that let a task reach what it could not before.
 * @param before the list it had; null: it named no hosts and could reach every public one; undefined: there was no task
 * @param after the list it has
 * @param isTrusted whether a host that is named exactly may be a private one (`network.trust_task_lists`): naming one is growth then
 * @returns lines of `after`, or `*:*` where `after` is null and `before` was a list
 */
export function networkGrowth(
  before: readonly string[] | null | undefined,
  after: readonly string[] | null,
  isTrusted: boolean,
): readonly string[] {
  if (after === null) return before === null ? [] : [everyHost];
  const known = (before ?? (before === null ? [everyHost] : [])).map(parseHostPattern).filter((one) => one !== null);
  return after.filter((line) => {
    const wanted = parseHostPattern(line);
    // A line that is no pattern lets it reach nothing.
    return wanted !== null && !known.some((one) => covers(one, wanted) && (!isTrusted || !isExact(wanted) || isExact(one)));
  });
}

function isExact({ host, isWildcard }: Pattern): boolean {
  return host !== null && !isWildcard;
}

/** Whether everything that `wanted` lets through is let through by `known`. */
function covers(known: Pattern, wanted: Pattern): boolean {
  return coversHost(known, wanted) && coversPort(known.port, wanted.port);
}

function coversHost(known: Pattern, wanted: Pattern): boolean {
  if (known.host === null) return true;
  if (wanted.host === null) return false;
  if (!known.isWildcard) return !wanted.isWildcard && wanted.host === known.host;
  return wanted.host.endsWith(`.${known.host}`) || (wanted.isWildcard && wanted.host === known.host);
}

function coversPort(known: Pattern['port'], wanted: Pattern['port']): boolean {
  if (known === 'any' || known === wanted) return true;
  return known === null && (wanted === 80 || wanted === 443);
}
