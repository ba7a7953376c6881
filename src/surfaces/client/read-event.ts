import type { AnyErrorKind } from '#kernel/error.ts';
import type { StreamEvent } from '#kernel/stream-event.ts';
import { errorFromBody } from './error-from-body.ts';
import { notARatchetServer } from './errors.ts';
import type { SentEvent } from './server-sent-events.ts';

/** The stream ended in an error, which stands in the data of the event. */
const errorEvent = 'error';

/**
 * An event with its data.
 * @param stream names the stream in errors @param known kinds of errors it may end with, as far as they are at hand
 * @throws the error that it stands for; NOT_A_RATCHET_SERVER
 */
export function readEvent(
  stream: string,
  { id, kind, data: text }: SentEvent,
  origin: string,
  known: readonly AnyErrorKind[] = [],
): StreamEvent<unknown> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (caught) {
    throw notARatchetServer({ url: origin, problem: `an event of ${stream} is broken JSON` }, caught);
  }
  if (kind === errorEvent) {
    const error = errorFromBody(data, 500, known);
    if (error !== null) throw error;
  }
  return { id, kind, data };
}
