import { defineError } from '#kernel/error.ts';

export const serverUrlInvalid = defineError<{ url: string; problem: string }>('SERVER_URL_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ url, problem }) => `${JSON.stringify(url)} is no address of a server: ${problem}.`,
  hint: () => 'Write it as http://127.0.0.1:8080. A token is given apart from it (RATCHET_TOKEN for the command line).',
  about: 'The address of the server is no http or https URL, or carries a user or password. Nothing was sent.',
});

export const serverUnreachable = defineError<{ url: string; reason: string }>('SERVER_UNREACHABLE', {
  http: 503,
  exit: 'environment',
  retryable: true,
  message: ({ url, reason }) => `No server answers at ${url}: ${reason}.`,
  hint: () => 'Start one with `ratchet serve`, or name the one you mean: --server <url> or RATCHET_SERVER.',
  about:
    'No connection could be made to the server, so the call was not made. A browser does not tell a page why a request failed: there it may have been made.',
});

export const answerLost = defineError<{ url: string; call: string; reason: string }>('ANSWER_LOST', {
  http: 502,
  exit: 'environment',
  retryable: true,
  message: ({ url, call, reason }) => `The connection to ${url} broke before ${call} was answered: ${reason}.`,
  hint: () => 'The call may have been done or not: look before you call again. The log of the server tells why it ended the connection.',
  about:
    'The server took the call and the connection ended before its answer was complete: it was stopped, it crashed, or a proxy gave up.',
});

export const serverSilent = defineError<{ url: string; call: string; seconds: number }>('SERVER_SILENT', {
  http: 504,
  exit: 'environment',
  retryable: true,
  message: ({ url, call, seconds }) => `${url} has not answered ${call} within ${seconds} s.`,
  hint: () =>
    'The call may have been done or not: look before you call again. Wait longer with --request-timeout, or see what the server is busy with.',
  about: 'The server was reached and did not answer completely in the time the caller had.',
});

export const notARatchetServer = defineError<{ url: string; problem: string }>('NOT_A_RATCHET_SERVER', {
  http: 502,
  exit: 'environment',
  message: ({ url, problem }) => `What answers at ${url} is no Ratchet server: ${problem}.`,
  hint: () => 'Check the address and the port (--server, RATCHET_SERVER), and whether a proxy in between answers for it.',
  about: 'Something answered the call in a way no Ratchet server does: with a page, a redirect, broken JSON, or JSON of another kind.',
});

export const answerUnknown = defineError<{ url: string; call: string; problems: readonly string[] }>('ANSWER_UNKNOWN', {
  http: 502,
  exit: 'environment',
  message: ({ url, call, problems }) => `${url} answered ${call} with something this program cannot read: ${problems.join('; ')}.`,
  hint: () => 'Server and program are most likely of different versions: compare `ratchet --version` here and there.',
  about: 'A Ratchet server answered, and its answer is not what this version of the program expects of that call.',
});
