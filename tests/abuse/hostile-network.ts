import { afterAll, beforeAll } from 'vitest';
import { createLiveEffects, type EffectsProvider, type ExecutionEffects, type LiveEffectsOptions } from '#engine/index.ts';
import { settingsFrom } from '#kernel/index.ts';
import { startHttpStub, type HttpStub, type StubRoute } from '#testing/http-stub.ts';

export interface HostileNetwork {
  /** The server on this machine's loopback interface: the attacker's, or the one that must not be reached. */
  readonly stub: HttpStub;
  /** Input for the attack: the server's address. */
  readonly input: () => { url: string; port: number };
  readonly effects: () => ExecutionEffects;
}

export interface NetworkOptions extends LiveEffectsOptions {
  readonly routes?: Readonly<Record<string, StubRoute>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The task's own list. */
  readonly network?: readonly string[];
}

/** Real effects and a real server for the attacks of one file. On a server (the default profile) loopback is forbidden ground. */
export function hostileNetwork({ routes = {}, settings = {}, network, ...options }: NetworkOptions = {}): HostileNetwork {
  let stub: HttpStub;
  let provider: EffectsProvider;
  beforeAll(async () => {
    stub = await startHttpStub(routes);
    provider = createLiveEffects(settingsFrom({ 'http.timeout': 1, ...settings }), options);
  });
  afterAll(async () => {
    await provider.close();
    await stub.close();
  });
  return {
    get stub() {
      return stub;
    },
    input: () => ({ url: stub.url, port: stub.port }),
    effects: () => provider.begin({ executionId: '01890000-0000-7000-8000-000000000001', network: network ?? null }),
  };
}

/** Task code that asks for each address the expression `addresses` gives and returns what came of it: a status, or the name of the error. */
export function asksFor(addresses: string, init = '{}'): string {
  return `return async ({ url, port }) => {
    const came = {};
    for (const address of ${addresses}) {
      try { came[address] = (await fetch(address, { throwOnError: false, ...${init} })).status; } catch (error) { came[address] = error.name; }
    }
    return came;
  }`;
}
