import { answerLost, notARatchetServer, serverUnreachable } from './errors.ts';

/** Reasons before anything was sent: the call has certainly not been made. */
const neverConnected: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ENOTFOUND: 'the name is not known (ENOTFOUND)',
  EAI_AGAIN: 'the name cannot be looked up now (EAI_AGAIN)',
  EHOSTUNREACH: 'there is no way to that machine (EHOSTUNREACH)',
  ENETUNREACH: 'there is no way to that network (ENETUNREACH)',
  EADDRNOTAVAIL: 'the address cannot be used (EADDRNOTAVAIL)',
  ETIMEDOUT: 'it does not take connections (ETIMEDOUT)',
  UND_ERR_CONNECT_TIMEOUT: 'it does not take connections in time',
};

const untold =
  ' (it is not there, the connection broke, or its setting server.cors.allowed_origins does not name this page; a browser does not say which)';

/** What `fetch` throws, as one of ours. */
export function networkError(caught: unknown, url: string, call: string): unknown {
  if (!(caught instanceof TypeError)) return caught;
  const cause = caught.cause as (Error & { code?: string; errors?: (Error & { code?: string })[] }) | undefined;
  const code = cause?.code ?? cause?.errors?.[0]?.code ?? '';
  const never = neverConnected[code];
  if (never !== undefined) return serverUnreachable({ url, reason: never });
  // What ends in the middle of an answer is a broken connection; what cannot be read at all is another language.
  const isCutOff = cause?.name === 'HTTPParserError' && cause.message.includes('EOF');
  if (
    (cause?.name === 'HTTPParserError' && !isCutOff) ||
    (code.startsWith('HPE_') && !isCutOff) ||
    code.startsWith('ERR_SSL') ||
    code === 'UND_ERR_HEADERS_OVERFLOW'
  ) {
    return notARatchetServer({ url, problem: `it does not speak ${url.startsWith('https') ? 'HTTPS' : 'HTTP'}` }, cause);
  }
  if (/CERT|SELF_SIGNED|ALTNAME/.test(code))
    return serverUnreachable({ url, reason: `its certificate cannot be trusted (${code})` }, cause);
  if (cause?.message === 'bad port')
    return serverUnreachable({ url, reason: 'that port is not for HTTP, and no request may go there' }, cause);
  // A browser keeps its reason from pages.
  if (cause === undefined) return serverUnreachable({ url, reason: `${caught.message}${untold}` });
  return answerLost({ url, call, reason: cause.message + (code === '' ? '' : ` (${code})`) }, cause);
}
