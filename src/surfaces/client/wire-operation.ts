import type { RestProjection } from '#kernel/index.ts';

/** What is looked at of an answer: `data`, `stats`, or a page with its place in the list. */
export type AnswerShape = 'data' | 'stats' | 'page';

/** An operation or a stream as far as calling it goes. */
export interface WireOperation {
  /** `jobs.enqueue` */
  readonly name: string;
  readonly method: string;
  /** Below /api/v1, with fields of the input as `:id`. */
  readonly path: string;
  readonly shape: AnswerShape;
  /** Whether it changes nothing, so that it may be made as often as one likes. */
  readonly isRead: boolean;
  /** Milliseconds that the input asks the server to wait for something. */
  readonly waitMsOf: (input: Readonly<Record<string, unknown>>) => number;
}

/** The same as data, with what is usual left out. */
export interface KnownRoute {
  /** `POST /jobs/:id/cancel` */
  readonly route: string;
  readonly shape?: AnswerShape;
  readonly isStream?: boolean;
  /** Said of what changes nothing although its method may. */
  readonly isRead?: boolean;
  /** Fields that say how long the server waits, with the milliseconds when nothing is said. */
  readonly waits?: Readonly<Record<string, number>>;
}

/** Method and path of a route, whichever way its parameters are spelled. */
export function routeParts(rest: string | RestProjection): { readonly method: string; readonly path: string } {
  const [method = 'GET', path = '/'] = (typeof rest === 'string' ? rest : rest.route).split(' ');
  return { method, path: path.replaceAll(/\{(\w+)\}/g, ':$1') };
}
