import { defineError } from '#kernel/index.ts';

export const exposedWithoutAuthentication = defineError<{ host: string }>('EXPOSED_WITHOUT_AUTHENTICATION', {
  http: 500,
  exit: 'usage',
  message: ({ host }) => `The server would listen on ${host} without authentication: whoever reaches it could run code on this machine.`,
  hint: () => 'Listen on 127.0.0.1, turn authentication on, or pass --insecure where the network itself keeps others out.',
  about:
    'The server was told to listen on an address that is not the loopback, and nobody who calls would have to say who they are. It did not start.',
});

export const portInUse = defineError<{ host: string; port: number; another: number }>('PORT_IN_USE', {
  http: 500,
  exit: 'environment',
  message: ({ host, port }) => `Something listens on ${host}:${port} already.`,
  hint: ({ another }) => `Stop that program (it may be another Ratchet), or choose another port: --port ${another}.`,
  about: 'The address and port of the server are taken by another program. The server did not start.',
});

export const addressUnusable = defineError<{ host: string; port: number; reason: string }>('ADDRESS_UNUSABLE', {
  http: 500,
  exit: 'environment',
  message: ({ host, port, reason }) => `The server cannot listen on ${host}:${port}: ${reason}.`,
  hint: () => 'Choose an address of this machine and a port above 1023, or give the program the right to use a lower one.',
  about:
    'The operating system refused the address or the port of the server: it is not one of this machine, or the port needs more rights.',
});

export const tlsUnusable = defineError<{ reason: string }>('TLS_UNUSABLE', {
  http: 500,
  exit: 'usage',
  message: ({ reason }) => `HTTPS cannot be served: ${reason}.`,
  hint: () => 'Give server.tls.cert_file and server.tls.key_file, both PEM files this process may read, that belong together.',
  about: 'The certificate or the key is missing, cannot be read, is not PEM, or the two do not belong together. The server did not start.',
});

export const corsContradicts = defineError<Record<string, never>>('CORS_CONTRADICTS', {
  http: 500,
  exit: 'usage',
  message: () => 'server.cors allows every origin (*) to send credentials, which would let any web page act as whoever is signed in.',
  hint: () => 'List the origins in server.cors.allowed_origins, or set server.cors.allow_credentials to false.',
  about: 'Browsers refuse the combination of every origin with credentials, and so does the server. It did not start.',
});

export const routeNotFound = defineError<{ method: string; path: string; nearest: string | null }>('ROUTE_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ method, path }) => `There is nothing at ${method} ${path}.`,
  hint: ({ nearest }) =>
    `${nearest === null ? '' : `Did you mean ${nearest}? `}All routes are listed at /docs and in /api-docs/openapi.json.`,
  about: 'The path of the request is none that the server knows.',
});

export const methodNotAllowed = defineError<{ method: string; path: string; allowed: readonly string[] }>('METHOD_NOT_ALLOWED', {
  http: 405,
  exit: 'usage',
  message: ({ method, path }) => `${path} does not take ${method}.`,
  hint: ({ allowed }) => `It takes ${allowed.join(', ')}.`,
  about: 'The path exists, but not with this method; the header Allow names those it has.',
});

export const hostNotAllowed = defineError<{ host: string }>('HOST_NOT_ALLOWED', {
  http: 421,
  exit: 'usage',
  message: ({ host }) => `This server does not answer to the name ${JSON.stringify(host)}.`,
  hint: () => 'Call it as localhost or 127.0.0.1, or add the name to server.allowed_hosts.',
  about:
    'The header Host carries a name the server was not given. Web pages could otherwise reach a server on the loopback by letting a name of theirs point to 127.0.0.1 (DNS rebinding).',
});

export const originNotAllowed = defineError<{ origin: string }>('ORIGIN_NOT_ALLOWED', {
  http: 403,
  exit: 'usage',
  message: ({ origin }) => `Web pages of ${origin} may not change anything on this server.`,
  hint: () => 'Add the origin to server.cors.allowed_origins if it is yours.',
  about:
    'A browser sent a request that would change something on behalf of a page of another origin, which is not among those allowed. Nothing was run.',
});

export const bodyNotJson = defineError<{ problem: string; line: number; column: number }>('BODY_NOT_JSON', {
  http: 400,
  exit: 'usage',
  message: ({ problem, line, column }) => `The body of the request is not JSON: ${problem} at line ${line}, column ${column}.`,
  hint: () => 'Send one JSON value in UTF-8; keys and texts stand in double quotes, and nothing follows the last one.',
  about: 'The body cannot be parsed as JSON. Nothing was run.',
});

export const bodyTooDeep = defineError<{ limit: number }>('BODY_TOO_DEEP', {
  http: 400,
  exit: 'usage',
  message: ({ limit }) => `The body of the request nests more than ${limit} objects or lists in each other.`,
  hint: () => 'Flatten the value, or hand the inner part over as text.',
  about: 'Values that nest without bound exhaust the stack of programs that walk them, so their depth is limited. Nothing was run.',
});

export const bodyPoisoned = defineError<{ key: string }>('BODY_POISONED', {
  http: 400,
  exit: 'usage',
  message: ({ key }) => `The body of the request has a key ${JSON.stringify(key)}, which is not accepted.`,
  hint: () => 'Rename the key: in JavaScript it would change objects that are none of its business.',
  about:
    'The keys __proto__ and constructor.prototype can change unrelated objects of a JavaScript program that copies them, so they are refused.',
});

export const bodyTooLarge = defineError<{ limitBytes: number }>('BODY_TOO_LARGE', {
  http: 413,
  exit: 'usage',
  message: ({ limitBytes }) => `The body of the request is larger than ${limitBytes} bytes.`,
  hint: () => 'Send less, or let the task fetch the data itself; the limit is server.body_limit_bytes.',
  about: 'The body is larger than the server takes. Nothing was run.',
});

export const mediaTypeUnsupported = defineError<{ given: string }>('MEDIA_TYPE_UNSUPPORTED', {
  http: 415,
  exit: 'usage',
  message: ({ given }) => `The body of the request is ${given === '' ? 'of no named type' : given}; only JSON is read here.`,
  hint: () => 'Send Content-Type: application/json and no Content-Encoding.',
  about: 'The body is not announced as JSON, or is compressed. Nothing was run.',
});

export const requestMalformed = defineError<{ problem: string }>('HTTP_REQUEST_MALFORMED', {
  http: 400,
  exit: 'usage',
  message: ({ problem }) => `The request is not correct HTTP: ${problem}.`,
  hint: () => 'Look at what the client sends: the request line, the headers, the length of the body.',
  about: 'The request could not be read as HTTP/1.1, or its address cannot be decoded.',
});

export const headersTooLarge = defineError<Record<string, never>>('HEADERS_TOO_LARGE', {
  http: 431,
  exit: 'usage',
  message: () => 'The headers of the request are larger than 16 KB.',
  hint: () => 'Send fewer or shorter headers; clear the cookies of this server in a browser.',
  about: 'The headers of the request are larger than the server reads.',
});

export const requestTimedOut = defineError<Record<string, never>>('REQUEST_TIMED_OUT', {
  http: 408,
  exit: 'usage',
  retryable: true,
  message: () => 'The request was not sent in full within the time a client has.',
  hint: () =>
    'Send it again over a faster connection, or in smaller parts; the limits are server.header_timeout and server.request_timeout.',
  about: 'The client opened a connection and was slow to send its request. Nothing was run.',
});

export const answerTimedOut = defineError<{ timeoutSeconds: number; retryAfterSeconds: number }>('ANSWER_TIMED_OUT', {
  http: 503,
  exit: 'timedOut',
  retryable: true,
  message: ({ timeoutSeconds }) => `The request could not be answered within ${timeoutSeconds} seconds and was given up.`,
  hint: () =>
    'Ask without waiting and look at the result later; where that does not apply, the server is overloaded. The limit is server.answer_timeout.',
  about: 'An answer took longer than requests may take. What had been begun was told to stop.',
});

export const shuttingDown = defineError<{ retryAfterSeconds: number }>('SERVER_SHUTTING_DOWN', {
  http: 503,
  exit: 'busy',
  retryable: true,
  message: () => 'The server is shutting down and takes no more requests.',
  hint: () => 'Send the request again in a few seconds, over a new connection.',
  about: 'A request arrived over an open connection after the server had been told to stop. Nothing was run.',
});

export const errorPageNotFound = defineError<{ code: string }>('ERROR_CODE_UNKNOWN', {
  http: 404,
  exit: 'usage',
  message: ({ code }) => `There is no error with the code ${JSON.stringify(code)}.`,
  hint: () => 'Codes are in capitals with underscores, as in the field error.code of an answer.',
  about: 'The page of an error was asked for, and no error has that code.',
});
