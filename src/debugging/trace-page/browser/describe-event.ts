import { bytesText, durationText } from '../format.ts';
import type { PageEvent, RequestEvent } from '../page-data.ts';

/** How a kind of event is coloured: names of the style's colours. */
export type Tone = 'good' | 'notice' | 'bad' | 'info' | 'quiet' | 'accent';

export function toneOf(event: PageEvent): Tone {
  switch (event.kind) {
    case 'request':
      if (event.failure !== null) return 'bad';
      if (event.status === null) return 'quiet';
      if (event.status >= 500) return 'bad';
      return event.status >= 400 ? 'notice' : 'good';
    case 'log':
      return event.level === 'error' ? 'bad' : event.level === 'warn' ? 'notice' : event.level === 'info' ? 'info' : 'quiet';
    case 'progress':
      return 'accent';
    case 'wake':
      return 'quiet';
  }
}

/** The one line that stands for an event in the list. */
export function summaryOf(event: PageEvent): string {
  switch (event.kind) {
    case 'request':
      return event.url === '' ? 'Malformed request' : event.url;
    case 'log':
      return event.message.text;
    case 'progress':
      return event.share === null ? event.text : `${Math.round(event.share * 100)}% ${event.text}`.trim();
    case 'wake':
      return event.text;
  }
}

/** What stands in front of the summary: GET, warn, progress. */
export function labelOf(event: PageEvent): string {
  if (event.kind === 'request') return event.method === '' ? 'HTTP' : event.method;
  return event.kind === 'log' ? event.level : event.kind;
}

/** `200`, `timeout`, `no answer`; empty for what has no outcome. */
export function outcomeOf(event: PageEvent): string {
  if (event.kind !== 'request') return '';
  if (event.failure !== null) return event.failure.reason === '' ? event.failure.name : event.failure.reason;
  return event.status === null ? 'no answer' : String(event.status);
}

/** All of an event in one sentence, for those who hear the page. */
export function sentenceOf(event: PageEvent): string {
  const at = `at ${durationText(event.atMs)}`;
  if (event.kind === 'request') {
    const times = event.attempts > 1 ? `, ${event.attempts} attempts` : '';
    return `Request ${event.number}: ${event.method} ${event.url}, ${outcomeOf(event)}, ${at}, took ${durationText(event.endMs - event.atMs)}, ${bytesText(event.responseBytes)} received${times}`;
  }
  return `${event.kind === 'log' ? `Log, ${event.level}` : event.kind === 'wake' ? 'Wake' : 'Progress'}: ${summaryOf(event).slice(0, 300)}, ${at}`;
}

/** Host and path, for where the whole URL is too long. */
export function shortUrl({ url }: Pick<RequestEvent, 'url'>): string {
  return url.replace(/^[a-z]+:\/\//i, '').replace(/[?#].*$/s, '');
}
