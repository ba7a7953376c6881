import { notARatchetServer } from './errors.ts';

/** An answer as it came: its status and its body as text. */
export interface WireAnswer {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export const isJson = (contentType: string) => /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType);

/** An answer larger than this is not ours: the largest output of a task is a fraction of it. */
const mostAnswerBytes = 64 * 1024 * 1024;

/** Reads an answer as far as it can be ours. */
export async function readWire(response: Response, origin: string): Promise<WireAnswer> {
  const contentType = response.headers.get('content-type') ?? '';
  const { status } = response;
  // A page or a film in the place of an answer is not worth its bytes.
  if (!isJson(contentType) || response.body === null) {
    await response.body?.cancel();
    return { url: origin, status, contentType, text: '' };
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) throw notARatchetServer({ url: origin, problem: `its answer has more than ${mostAnswerBytes} bytes` });
    text += decoder.decode(chunk, { stream: true });
  }
  return { url: origin, status, contentType, text: text + decoder.decode() };
}
