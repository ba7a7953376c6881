import type { PageEvent } from '../page-data.ts';
import type { ViewRange } from './view-range.ts';

export interface EventFilter {
  /** Words that must all occur; one with `-` in front must not. */
  readonly text: string;
  /** Kinds that are not shown. */
  readonly hidden: ReadonlySet<PageEvent['kind']>;
  readonly onlyProblems: boolean;
  readonly onlyInView: boolean;
}

/** Whether something went wrong: a failed request, an answer from 400 on, a warning or an error in the log. */
export function isProblem(event: PageEvent): boolean {
  if (event.kind === 'request') return event.failure !== null || event.status === null || event.status >= 400;
  return event.kind === 'log' && (event.level === 'warn' || event.level === 'error');
}

/** The numbers of the events that a filter lets through. */
export function matching(events: readonly PageEvent[], filter: EventFilter, view: ViewRange): number[] {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-');
  const wanted = words.filter((word) => !word.startsWith('-'));
  const unwanted = words.filter((word) => word.startsWith('-')).map((word) => word.slice(1));
  return events.flatMap((event, number) => {
    if (filter.hidden.has(event.kind)) return [];
    if (filter.onlyProblems && !isProblem(event)) return [];
    if (filter.onlyInView && (event.endMs < view.startMs || event.atMs > view.endMs)) return [];
    if (words.length === 0) return [number];
    const text = textOf(event);
    return wanted.every((word) => text.includes(word)) && !unwanted.some((word) => text.includes(word)) ? [number] : [];
  });
}

const texts = new WeakMap<PageEvent, string>();

/** What a search looks through, in lower case. Made once: a search runs with every key. */
function textOf(event: PageEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const parts: (string | number | null)[] = [event.kind];
  if (event.kind === 'request') {
    const { method, url, status, failure, request, response } = event;
    parts.push(method, url, status, failure && `failed ${failure.name} ${failure.reason} ${failure.message}`);
    for (const message of [request, response]) {
      parts.push(...(message?.headers ?? []).map(([name, value]) => `${name}: ${value}`), (message?.body?.text ?? '').slice(0, 20_000));
    }
  } else if (event.kind === 'log') parts.push(event.level, event.message.text);
  else if (event.kind === 'progress') parts.push(event.text, event.update.text);
  else parts.push(event.text);
  if (event.site !== null) parts.push(`${event.site.file}:${event.site.line}`);
  const text = parts
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase();
  texts.set(event, text);
  return text;
}
