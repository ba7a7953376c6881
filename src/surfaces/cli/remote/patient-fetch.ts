import type { Agent } from 'undici';

/** The platform's `fetch` gives a server 300 s to begin its answer, whatever its signal says; below that it will do. */
const platformPatienceMs = 290_000;

let unhurried: Agent | undefined;

/** A `fetch` that waits as long as its signal lets it: for calls that wait for the end of something long. */
const patientFetch: typeof fetch = async (url, init) => {
  const undici = await import('undici');
  unhurried ??= new undici.Agent({ headersTimeout: 0, bodyTimeout: 0 });
  return undici.fetch(url as string, { ...(init as object), dispatcher: unhurried });
};

/** The `fetch` for a call that may take so many milliseconds. */
export function fetchFor(timeoutMs: number): typeof fetch {
  return timeoutMs > platformPatienceMs ? patientFetch : fetch;
}
