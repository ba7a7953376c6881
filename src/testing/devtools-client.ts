import { WebSocket } from 'ws';

type Fields = Readonly<Record<string, unknown>>;

interface Answer {
  result?: Fields;
  error?: { message: string };
}

export interface CallFrame {
  callFrameId: string;
  functionName: string;
  url: string;
  location: { scriptId: string; lineNumber: number; columnNumber: number };
}

export interface Paused {
  reason: string;
  hitBreakpoints?: string[];
  callFrames: CallFrame[];
}

/** A debugger that speaks the DevTools protocol and nothing else. */
export class DevtoolsClient {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  readonly #waiting: { method: string; resolve: (params: Fields) => void }[] = [];
  #lastId = 0;
  /** Every notification so far. */
  readonly seen: { method: string; params: Fields }[] = [];
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;

  readonly url: string;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.url = socket.url;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString('utf8')) as { id?: number; method?: string; params?: Fields } & Answer;
      if (message.id !== undefined) {
        this.#answers.get(message.id)?.(message);
        this.#answers.delete(message.id);
        return;
      }
      const { method = '', params = {} } = message;
      this.seen.push({ method, params });
      const at = this.#waiting.findIndex((one) => one.method === method);
      if (at >= 0) this.#waiting.splice(at, 1)[0]!.resolve(params);
    });
  }

  static connect(url: string): Promise<DevtoolsClient> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      const client = new DevtoolsClient(socket);
      socket.once('open', () => resolve(client));
      socket.once('error', reject);
    });
  }

  /** Sends whatever text. */
  sendRaw(text: string): void {
    this.#socket.send(text);
  }

  ask<Result = Fields>(method: string, params: object = {}): Promise<Result> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result as Result)));
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** The next notification of a kind that has not come yet. */
  next<Params = Fields>(method: string): Promise<Params> {
    return new Promise((resolve) => this.#waiting.push({ method, resolve: resolve as (params: Fields) => void }));
  }

  /** Does something that makes the task stand still, and waits until it does. */
  async stopAfter(act: () => Promise<unknown>): Promise<Paused> {
    const paused = this.next<Paused>('Debugger.paused');
    await act();
    return paused;
  }

  /** The scripts that were announced, by URL. */
  scripts(): Map<string, { scriptId: string; sourceMapURL: string; hash: string; startLine: number }> {
    const parsed = this.seen.filter(({ method }) => method === 'Debugger.scriptParsed').map(({ params }) => params);
    return new Map(parsed.map((one) => [one['url'] as string, one as never]));
  }

  close(): Promise<void> {
    this.#socket.close();
    return this.closed;
  }
}
