import type { Wrong } from './judge.ts';

/** A bug in few words: `TypeError at main.js:4`, `output invalid at output.total`. */
export function headline({ wrong }: { readonly wrong: Pick<Wrong, 'kind' | 'errorClass' | 'frames' | 'about'> }): string {
  const [frame] = wrong.frames;
  const what = wrong.errorClass ?? wrong.kind.replaceAll('-', ' ');
  if (frame !== undefined) return `${what} at ${frame.file}:${frame.line}`;
  return wrong.about === null ? what : `${what} at ${wrong.about.slice(0, 80)}`;
}
