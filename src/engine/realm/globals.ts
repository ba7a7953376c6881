import { dateGlobals, intlGlobals, performanceGlobals } from './clock.ts';
import { consoleGlobals } from './console.ts';
import { eventGlobals } from './events.ts';
import { fetchGlobals } from './fetch.ts';
import { create, defineProperty, getOwnPropertyDescriptor, keys, objectPrototype } from './intrinsics.ts';
import { hasMcp, mcpGlobals } from './mcp.ts';
import { platformGlobals } from './platform.ts';
import { cryptoGlobals, random } from './random.ts';
import { cloneGlobals } from './structured-clone.ts';
import { textGlobals } from './text.ts';
import { timerGlobals } from './timers.ts';
import { typedErrors } from './typed-errors.ts';
import { urlGlobals } from './url.ts';

type Group = () => { [name: string]: unknown };

/**
 * Which group of globals makes which name. Nothing of it exists until a task touches a name: most tasks use two or three. A switch,
 * because a table of 45 names would be the dearest thing at boot: 8 microseconds.
 */
function groupOf(name: string | symbol): Group | null {
  switch (name) {
    case 'AbortController':
    case 'AbortSignal':
    case 'CustomEvent':
    case 'DOMException':
    case 'Event':
    case 'EventTarget':
      return eventGlobals;
    case 'AuthenticationError':
    case 'AuthorizationError':
    case 'ConfigurationError':
    case 'DataError':
    case 'HttpError':
    case 'NetworkError':
    case 'RateLimitError':
    case 'ServiceUnavailableError':
    case 'TimeoutError':
    case 'ValidationError':
      return typedErrors;
    case 'Date':
      return dateGlobals;
    case 'Intl':
      return intlGlobals;
    case 'performance':
      return performanceGlobals;
    case 'Headers':
    case 'Request':
    case 'Response':
    case 'fetch':
      return fetchGlobals;
    case 'TextDecoder':
    case 'TextEncoder':
    case 'atob':
    case 'btoa':
      return textGlobals;
    case 'URL':
    case 'URLSearchParams':
      return urlGlobals;
    case 'clearImmediate':
    case 'clearInterval':
    case 'clearTimeout':
    case 'queueMicrotask':
    case 'setImmediate':
    case 'setInterval':
    case 'setTimeout':
      return timerGlobals;
    case 'console':
      return consoleGlobals;
    case 'crypto':
      return cryptoGlobals;
    case 'global':
    case 'process':
    case 'reportProgress':
    case 'self':
      return platformGlobals;
    case 'structuredClone':
      return cloneGlobals;
    case 'McpError':
    case 'McpServerUnknownError':
    case 'McpToolError':
    case 'McpToolUnknownError':
    case 'mcp':
      return hasMcp() ? mcpGlobals : null;
    default:
      return null;
  }
}

/**
 * Gives the global object its names and takes from it what a task must not have.
 *
 * The names come from a proxy behind the global object, which makes the real, own property on first use: 4 microseconds at boot, where
 * 45 accessors on the global object itself cost 30.
 */
export function installGlobals(): void {
  // Shared memory and WebAssembly memory are outside the isolate's heap limit; a finalizer would run after its execution has ended.
  const doomed = globalThis as { [name: string]: unknown };
  delete doomed['WebAssembly'];
  delete doomed['SharedArrayBuffer'];
  delete doomed['Atomics'];
  delete doomed['FinalizationRegistry'];
  // These exist in V8 and are replaced by ours: without them the proxy is asked.
  delete doomed['console'];
  delete doomed['Date'];
  delete doomed['Intl'];
  Math.random = random;

  const handler: ProxyHandler<object> & { __proto__: null } = {
    __proto__: null,
    get(target, name) {
      const group = waitingGroup(name);
      if (group === null) return (target as { [name: string | symbol]: unknown })[name];
      reveal(group);
      return (globalThis as { [name: string | symbol]: unknown })[name];
    },
    has: (target, name) => waitingGroup(name) !== null || name in target,
  };
  Object.setPrototypeOf(globalThis, new Proxy(create(objectPrototype) as object, handler));
}

/** Groups that have been made; a name of theirs that is asked for again was deleted by the task. */
let revealed: Group[] | null = null;

function waitingGroup(name: string | symbol): Group | null {
  const group = groupOf(name);
  if (group === null || revealed === null) return group;
  for (let i = 0; i < revealed.length; i += 1) if (revealed[i] === group) return null;
  return group;
}

/** Makes own properties of a whole group, except where the task has put something of its own. */
function reveal(group: Group): void {
  revealed ??= [];
  revealed[revealed.length] = group;
  const made = group();
  const names = keys(made);
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] as string;
    if (getOwnPropertyDescriptor(globalThis, name) !== undefined) continue;
    defineProperty(globalThis, name, { value: made[name], writable: true, configurable: true, enumerable: false });
  }
}
