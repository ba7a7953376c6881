import type { Agent } from 'undici';

/** The platform's `fetch` gives a server 300 s to begin its answer, whatever its signal says; below that it will do. */
export const platformPatienceMs = 290_000;

let unhurried: Agent | undefined;

/** A `fetch` that waits as long as its signal lets it: for calls that wait for the end of something long. */
export const patientFetch: typeof fetch = async (url, init) => {
  const undici = await import('undici');
  unhurried ??= new undici.Agent({ headersTimeout: 0, bodyTimeout: 0 });
  return undici.fetch(url as string, { ...(init as object), dispatcher: unhurried });
};
