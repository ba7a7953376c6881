import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type IsolatedVm from 'isolated-vm';
import { realmScript } from '../worker/realm.generated.ts';
import type { RealmFacts, RealmFailure, RunOptions } from './contract.ts';

const ivm = createRequire(import.meta.url)('isolated-vm') as typeof IsolatedVm;

export interface Answer {
  status?: number;
  statusText?: string;
  headers?: [string, string][];
  body?: string | ArrayBuffer;
  delayMs?: number;
  failure?: { name: string; message: string; reason: string };
}

export interface Sent {
  id: number;
  url: string;
  method: string;
  headers: [string, string][];
  timeoutMs: number | null;
  redirect: string;
  retry: unknown;
  body: unknown;
}

export interface Outcome {
  /** The parsed output; undefined when the execution failed or never settled. */
  output?: unknown;
  failure?: RealmFailure & { message?: string; name?: string; stack?: string; fields?: Record<string, unknown>; status?: number };
  facts?: RealmFacts;
  logs: { level: string; text: string }[];
  progress: unknown[];
  requests: Sent[];
  aborted: number[];
  /** How often the execution was settled; anything but 0 or 1 is a defect. */
  settles: number;
  /** What calling into the realm threw: isolated-vm reports unhandled rejections that way. */
  thrown: string[];
  /** Most requests that were in flight at once. */
  mostAtOnce: number;
}

type Options = Partial<Omit<RunOptions, 'limits'>> & { limits?: Partial<RunOptions['limits']>; input?: unknown; timeoutMs?: number };

const defaults: RunOptions = {
  context: { executionId: 'e1', taskId: 't1', taskVersion: '1.0.0' },
  seed: '0123456789abcdef'.repeat(4),
  clock: { kind: 'live' },
  limits: { outputChars: 1_000_000, logLines: 1_000, logChars: 100_000, requests: 100, requestsAtOnce: 10 },
};

const isolate = new ivm.Isolate({ memoryLimit: 256 });
const boot = isolate.compileScriptSync(realmScript, { filename: 'platform:realm' });

/** Plays the worker around one realm, with answers to requests from a table. */
export class RealmHarness {
  readonly #enter: IsolatedVm.Reference;
  readonly #context: IsolatedVm.Context;
  readonly #answers: (request: Sent) => Answer;
  #timers = new Map<number, NodeJS.Timeout>();
  #requests = new Map<number, Promise<[string, string | ArrayBuffer]>>();
  #outcome: Outcome = empty();
  #inFlight = 0;
  #bytes = 0;
  #done: () => void = () => {};
  #timeoutMs = 3_000;

  constructor(answers: (request: Sent) => Answer = () => ({ failure: { name: 'NetworkError', message: 'no answer', reason: 'no-mock' } })) {
    this.#answers = answers;
    this.#context = isolate.createContextSync();
    const connect = boot.runSync(this.#context, { reference: true });
    const call = new ivm.Callback((question: string, a: unknown, b: unknown) => this.#call(question, a, b));
    const send = new ivm.Callback((m: unknown, a: unknown, b: unknown, c: unknown) => this.#send(m, a, b, c), { ignored: true });
    const waiter = new ivm.Reference(async (id: number) => {
      const answer = await this.#requests.get(id);
      return new ivm.ExternalCopy(answer).copyInto({ release: true });
    });
    this.#enter = connect.applySync(undefined, [call, send, waiter], { result: { reference: true } }) as IsolatedVm.Reference;
  }

  /** Runs a task's code (a parenthesised function, or any expression) to its end. */
  async run(code: string, options: Options = {}): Promise<Outcome> {
    const script = await isolate.compileScript(`(function(module,exports){return (\n${code}\n)})`, { filename: 'main.js', lineOffset: -1 });
    const wrapper = await script.run(this.#context, { reference: true });
    const { input = {}, timeoutMs = 3_000, limits, ...rest } = options;
    const runOptions = { ...defaults, ...rest, limits: { ...defaults.limits, ...limits } };
    this.#outcome = empty();
    this.#timeoutMs = timeoutMs;
    const outcome = this.#outcome;
    const done = new Promise<void>((resolve) => (this.#done = resolve));
    const inside = this.#into(['run', wrapper.derefInto(), JSON.stringify(input), JSON.stringify(runOptions)]);
    const idle = inside.then(() => this.#untilIdle(outcome));
    await Promise.race([done, idle]);
    await inside;
    // What was sent last may still be on its way to this thread.
    await new Promise((resolve) => setImmediate(resolve));
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    return outcome;
  }

  /** Hands the realm an event as the worker would, whatever it means. */
  async event(...args: unknown[]): Promise<void> {
    await this.#into(args);
  }

  async #into(args: unknown[]): Promise<void> {
    try {
      await this.#enter.apply(undefined, args, { timeout: this.#timeoutMs });
    } catch (error) {
      this.#outcome.thrown.push(error instanceof Error ? error.message : String(error));
    }
  }

  /** Nothing left that could wake the realm: a promise that never settles must not hang a test. */
  async #untilIdle(outcome: Outcome): Promise<void> {
    for (let quiet = 0; quiet < 20;) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      quiet = this.#inFlight === 0 && this.#timers.size === 0 && this.#outcome === outcome ? quiet + 1 : 0;
    }
  }

  #call(question: string, a: unknown, b: unknown): unknown {
    switch (question) {
      case 'url': {
        const url = URL.parse(a as string, b as string | undefined);
        return url === null ? '' : parts(url);
      }
      case 'url-set': {
        const url = new URL(a as string);
        const [property = '', ...value] = (b as string).split('\n');
        (url as unknown as Record<string, string>)[property] = value.join('\n');
        return parts(url);
      }
      case 'digest': {
        if (!/^SHA-(1|256|384|512)$/.test(a as string)) return undefined;
        return buffer(
          createHash((a as string).replace('-', ''))
            .update(new Uint8Array(b as ArrayBuffer))
            .digest(),
        );
      }
      case 'random':
        return Uint8Array.from({ length: a as number }, () => (this.#bytes = (this.#bytes * 5 + 7) & 255)).buffer;
      case 'utf8-decode':
        try {
          return new TextDecoder('utf-8', { fatal: b === 'fatal', ignoreBOM: true }).decode(a as ArrayBuffer);
        } catch {
          return undefined;
        }
      case 'utf8-encode':
        return buffer(Buffer.from(String(a)));
      default:
        return undefined;
    }
  }

  #send(message: unknown, a: unknown, b: unknown, c: unknown): void {
    const outcome = this.#outcome;
    if (message === 'log') outcome.logs.push({ level: a as string, text: b as string });
    else if (message === 'progress') outcome.progress.push(JSON.parse(a as string));
    else if (message === 'abort') outcome.aborted.push(a as number);
    else if (message === 'fetch') this.#fetch({ id: a as number, ...(JSON.parse(b as string) as Omit<Sent, 'id' | 'body'>), body: c });
    else if (message === 'timer') {
      const fire = (): void => {
        this.#timers.delete(a as number);
        void this.#into(['timer', a]);
      };
      this.#timers.set(a as number, setTimeout(fire, b as number));
    } else if (message === 'untimer') {
      clearTimeout(this.#timers.get(a as number));
      this.#timers.delete(a as number);
    } else if (message === 'settle') {
      outcome.settles += 1;
      if (a === 'result') outcome.output = JSON.parse(b as string);
      else outcome.failure = JSON.parse(b as string) as NonNullable<Outcome['failure']>;
      outcome.facts = JSON.parse(c as string) as RealmFacts;
      this.#done();
    }
  }

  #fetch(request: Sent): void {
    this.#outcome.requests.push(request);
    this.#inFlight += 1;
    this.#outcome.mostAtOnce = Math.max(this.#outcome.mostAtOnce, this.#inFlight);
    const answer = this.#answers(request);
    const promise = new Promise<[string, string | ArrayBuffer]>((resolve) =>
      setTimeout(() => {
        this.#inFlight -= 1;
        const { status = 200, statusText = 'OK', headers = [['content-type', 'application/json']], body = '' } = answer;
        const head = answer.failure ? { failure: answer.failure } : { status, statusText, url: request.url, redirected: false, headers };
        resolve([JSON.stringify(head), body]);
        const copy = typeof body === 'string' ? body : new ivm.ExternalCopy(body).copyInto();
        void this.#into(['response', request.id, JSON.stringify(head), copy]);
      }, answer.delayMs ?? 1),
    );
    this.#requests.set(request.id, promise);
  }
}

/** Runs one task in a realm of its own. */
export async function runIn(code: string, options: Options & { answers?: (request: Sent) => Answer } = {}): Promise<Outcome> {
  const { answers, ...rest } = options;
  return new RealmHarness(answers).run(code, rest);
}

function empty(): Outcome {
  return { logs: [], progress: [], requests: [], aborted: [], settles: 0, thrown: [], mostAtOnce: 0 };
}

function buffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function parts(url: URL): string {
  const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  return JSON.stringify({ href, origin, protocol, username, password, host, hostname, port, pathname, search, hash });
}
