import type { ListPage } from '#kernel/index.ts';
import type { WantedPage } from './read-page.ts';

export interface ListAnswer {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A page of a list as a body `{data, meta}` with the headers older clients read.
 * @param url path and query of the request, for the links to other pages
 */
export function listAnswer(found: ListPage<unknown>, wanted: WantedPage, noun: string, url: string, now: number): ListAnswer {
  const { items, total, isTotalExact, next } = found;
  const { limit, offset, style } = wanted;
  const isCursor = style === 'cursor';
  const hasNext = next !== null || (!isCursor && offset + items.length < total);
  const pagination = {
    // By cursor nobody has counted the pages before.
    page: isCursor ? null : Math.floor(offset / limit) + 1,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    hasNext,
    hasPrevious: isCursor || offset > 0,
    offset: isCursor ? null : offset,
    next,
    isTotalExact,
  };
  const range = isCursor || items.length === 0 ? '*' : `${offset}-${offset + items.length - 1}`;
  return {
    body: { data: items, meta: { pagination, timestamp: new Date(now).toISOString() } },
    headers: {
      'x-total-count': String(total),
      'content-range': `${noun} ${range}/${isTotalExact ? total : '*'}`,
      link: links(found, wanted, url, hasNext),
    },
  };
}

/** RFC 8288: the same question with another page, asked the way this one was asked. */
function links(
  { next, total, isTotalExact }: ListPage<unknown>,
  { style, limit, offset }: WantedPage,
  url: string,
  hasNext: boolean,
): string {
  const at = (change: Readonly<Record<string, string>>) => {
    const [path, query] = [url.split('?', 1)[0]!, url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''];
    const fields = new URLSearchParams(query);
    for (const name of ['_start', '_end', 'page', 'offset', 'after']) fields.delete(name);
    if (style !== 'range') fields.set('limit', String(limit));
    for (const [name, value] of Object.entries(change)) fields.set(name, value);
    return `${path}?${fields.toString()}`;
  };
  const from = (start: number): string =>
    style === 'range' ? at({ _start: String(start), _end: String(start + limit) }) : at({ page: String(Math.floor(start / limit) + 1) });
  const shown: string[] = [`<${style === 'cursor' ? at({}) : from(0)}>; rel="first"`];
  if (style !== 'cursor' && offset > 0) shown.push(`<${from(Math.max(0, offset - limit))}>; rel="prev"`);
  if (hasNext) shown.push(`<${style === 'cursor' && next !== null ? at({ after: next }) : from(offset + limit)}>; rel="next"`);
  if (style !== 'cursor' && isTotalExact && total > 0) shown.push(`<${from(Math.floor((total - 1) / limit) * limit)}>; rel="last"`);
  return shown.join(', ');
}
