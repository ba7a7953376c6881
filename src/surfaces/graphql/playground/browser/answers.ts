import { el } from './element.ts';

export interface Failure {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly extensions?: { readonly code?: string; readonly hint?: string; readonly link?: string };
}

/** What an answer complains of, each with what to do next and a way to its place in the document. */
export function failuresOf(answer: unknown, goTo: (line: number, column: number) => void): HTMLElement[] {
  const { errors = [] } = (answer ?? {}) as { readonly errors?: readonly Failure[] };
  return errors.map(({ message, path, locations: [place] = [], extensions: { code, hint, link } = {} }) =>
    el(
      'li',
      {},
      ...(code === undefined ? [] : [link === undefined ? el('code', {}, code) : el('a', { href: link, target: '_blank' }, code), ' ']),
      message,
      ...(path === undefined ? [] : [' ', el('code', {}, path.join('.'))]),
      ...(place === undefined
        ? []
        : [' ', el('button', { type: 'button', class: 'link', onclick: () => goTo(place.line, place.column) }, `line ${place.line}`)]),
      ...(hint === undefined ? [] : [el('p', {}, hint)]),
    ),
  );
}

/** Each answer of a stream of server-sent events, as it comes. */
export async function readEvents(response: Response, take: (answer: unknown) => void): Promise<void> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split('\n\n');
    text = events.pop()!;
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined && /^event: next$/m.test(event)) take(JSON.parse(data));
    }
  }
}
