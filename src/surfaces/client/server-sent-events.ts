/** An event as it came. */
export interface SentEvent {
  readonly kind: string;
  readonly id: string | null;
  readonly data: string;
}

/** Characters of one event; a server of ours sends a fraction of it. */
const longestEvent = 16 * 1024 * 1024;

/**
 * Reads `text/event-stream` (WHATWG HTML, 9.2): events without data and comments are passed over, an event that is cut off is dropped.
 * @param onRetry told the milliseconds the server asks to be left alone before connecting again
 * @throws RangeError when one event is longer than any of ours
 */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  onRetry: (ms: number) => void = () => {},
): AsyncGenerator<SentEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let kind = '';
  let id: string | null = null;
  let data: string[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    // A carriage return at the end may be half of a line's end.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
    const lines = whole.split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? '') + rest.slice(whole.length);
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { kind: kind || 'message', id, data: data.join('\n') };
        kind = '';
        data = [];
        size = 0;
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
      if (field === 'data') {
        data.push(value);
        size += value.length;
      } else if (field === 'event') kind = value;
      else if (field === 'id' && !value.includes('\0')) id = value === '' ? null : value;
      else if (field === 'retry' && /^\d+$/.test(value)) onRetry(Number(value));
    }
    if (rest.length + size > longestEvent) throw new RangeError(`one event has more than ${longestEvent} characters`);
  }
}
