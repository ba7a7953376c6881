import { Agent, request } from 'undici';

/** What came back, or null when the server went away under the request. */
export type Reply = { readonly status: number; readonly body: { readonly [name: string]: unknown } } | null;

/** One client's connections to a server that may die at any time. */
export class Api {
  readonly #url: () => string;
  readonly #agent = new Agent({ connections: 16, headersTimeout: 15_000, bodyTimeout: 15_000 });

  constructor(url: () => string) {
    this.#url = url;
  }

  async send(method: 'GET' | 'POST' | 'DELETE' | 'PATCH', path: string, body?: unknown): Promise<Reply> {
    try {
      const { statusCode, body: answer } = await request(`${this.#url()}/api/v1${path}`, {
        method,
        dispatcher: this.#agent,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: statusCode, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    } catch {
      // Killed in the middle: nobody knows whether the request was carried out.
      return null;
    }
  }

  /** Every page of a list. */
  async all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | null = null;
    do {
      const query: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
      const reply: Reply = await this.send('GET', `${path}?limit=100${query}`);
      if (reply?.status !== 200) throw new Error(`GET ${path} answered ${JSON.stringify(reply)}`);
      const { data, meta } = reply.body as unknown as { data: Item[]; meta: { pagination: { next: string | null } } };
      items.push(...data);
      after = meta.pagination.next;
    } while (after !== null);
    return items;
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}
