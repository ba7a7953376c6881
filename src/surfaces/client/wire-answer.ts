import { bodyChunks } from './body-chunks.ts';
import { notARatchetServer } from './errors.ts';

/** An answer as it came: its status and its body as text. */
export interface WireAnswer {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** How long the server wants to be left alone; null when it does not say. */
  readonly retryAfterMs: number | null;
}

export const isJson = (contentType: string) => /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType);

/** An answer larger than this is not ours: the largest output of a task is a fraction of it. */
const mostAnswerBytes = 64 * 1024 * 1024;

/** Reads an answer as far as it can be ours. */
export async function readWire(response: Response, origin: string): Promise<WireAnswer> {
  const contentType = response.headers.get('content-type') ?? '';
  // A browser shows of a redirect that there is one, and nothing else.
  const status = response.type === 'opaqueredirect' ? 302 : response.status;
  const retryAfterMs = retryAfterOf(response.headers.get('retry-after'));
  // A page or a film in the place of an answer is not worth its bytes.
  if (!isJson(contentType) || response.body === null) {
    await response.body?.cancel();
    return { url: origin, status, contentType, text: '', retryAfterMs };
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of bodyChunks(response.body)) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) throw notARatchetServer({ url: origin, problem: `its answer has more than ${mostAnswerBytes} bytes` });
    text += decoder.decode(chunk, { stream: true });
  }
  return { url: origin, status, contentType, text: text + decoder.decode(), retryAfterMs };
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterOf(said: string | null): number | null {
  if (said === null || said.trim() === '') return null;
  const ms = /^\d+$/.test(said.trim()) ? Number(said) * 1_000 : Date.parse(said) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
