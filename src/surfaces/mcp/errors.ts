import { defineError } from '#kernel/index.ts';

export const clientUnknown = defineError<{ problem: string }>('MCP_CLIENT_UNKNOWN', {
  http: 401,
  exit: 'usage',
  message: ({ problem }) => `This MCP server has to know who calls: ${problem}.`,
  hint: () => 'Send the header Authorization: Bearer <key> with a key that stands in mcp.authentication of the server.',
  about:
    'The server asks MCP clients for a token or a key, and the request had none, or one that it does not know, that has expired or that is switched off. Nothing was run. Nobody becomes an anonymous client by failing.',
});

export const clientAddressRefused = defineError<{ address: string }>('MCP_ADDRESS_REFUSED', {
  http: 403,
  exit: 'usage',
  message: ({ address }) => `MCP clients at ${address} are not let in.`,
  hint: () => 'Add the address to mcp.security.ip_filtering.allowed_ranges of the server if it is yours.',
  about: 'The server lets MCP clients in by their address, and this one is not among those.',
});

export const authenticationUnavailable = defineError<{ method: string }>('MCP_AUTHENTICATION_UNAVAILABLE', {
  http: 500,
  exit: 'usage',
  message: ({ method }) => `mcp.authentication.method is ${method}, which this version does not have; it will not start without it.`,
  hint: () => 'Use token with a token_file, or api_key with api_keys; or none on the loopback.',
  about:
    'The configuration asks for a way to prove who a client is that this version cannot check. Starting all the same would let everybody in, so the server does not start.',
});

export const tokenFileUnusable = defineError<{ file: string; problem: string }>('MCP_TOKEN_FILE_UNUSABLE', {
  http: 500,
  exit: 'usage',
  message: ({ file, problem }) => `The token of MCP clients cannot be read from ${file}: ${problem}.`,
  hint: ({ file }) =>
    `Write one line of at least 16 characters into it, such as \`openssl rand -hex 32 > ${file}\`, readable to this user.`,
  about:
    'The file that mcp.authentication.token_file names is missing, unreadable, empty or too short to be a secret. The server did not start.',
});

export const toolsNotAllowed = defineError<{ tool: string; client: string; needs: string; isOff: boolean }>('MCP_TOOL_NOT_ALLOWED', {
  http: 403,
  exit: 'usage',
  message: ({ tool, client, isOff }) => (isOff ? `${tool} is switched off on this server.` : `${client} may not call ${tool}.`),
  hint: ({ needs, isOff }) =>
    isOff
      ? `Whoever runs the server can switch it on with ${needs}.`
      : `Whoever runs the server can allow it with ${needs} in the permissions of the key.`,
  about: 'The tool exists, but the server does not offer its kind, or the key of the client does not include it. Nothing was run.',
});

export const rateExceeded = defineError<{ what: string; perMinute: number; retryAfterSeconds: number }>('MCP_RATE_EXCEEDED', {
  http: 429,
  exit: 'busy',
  retryable: true,
  message: ({ what, perMinute }) => `More than ${perMinute} ${what} in a minute.`,
  hint: ({ retryAfterSeconds }) => `Wait ${retryAfterSeconds} seconds and call again.`,
  about: 'The client, or all clients of the server together, asked for more in a minute than the configuration allows. Nothing was run.',
});

export const tooManyAtOnce = defineError<{ client: string; limit: number; retryAfterSeconds: number }>('MCP_TOO_MANY_AT_ONCE', {
  http: 429,
  exit: 'busy',
  retryable: true,
  message: ({ client, limit }) => `${client} runs ${limit} tasks already, which is all it may at one time.`,
  hint: () => 'Wait for one of them to end, or run several with one call of ratchet_batch_execute.',
  about: 'The number of tools that run tasks at one time is limited for each client. Nothing was run.',
});

export const requestTooLarge = defineError<{ limitBytes: number }>('MCP_REQUEST_TOO_LARGE', {
  http: 413,
  exit: 'usage',
  message: ({ limitBytes }) => `The request is larger than ${limitBytes} bytes, which is all this client may send.`,
  hint: () => 'Send less, or let the task fetch the data itself.',
  about: 'A message of an MCP client was larger than the server takes from it. Nothing was run.',
});

export const answerTooLarge = defineError<{ bytes: number; limitBytes: number }>('MCP_ANSWER_TOO_LARGE', {
  http: 413,
  exit: 'usage',
  message: ({ bytes, limitBytes }) => `The answer has ${bytes} bytes, and this client may be sent ${limitBytes}.`,
  hint: () => 'Ask for less: a smaller limit, a filter, one page at a time, or without inputs and outputs.',
  about: 'What the tool answered is larger than the client may be sent. The tool has done its work; only its answer was kept back.',
});

export const callTimedOut = defineError<{ tool: string; seconds: number }>('MCP_CALL_TIMED_OUT', {
  http: 504,
  exit: 'timedOut',
  message: ({ tool, seconds }) => `${tool} did not end within ${seconds} seconds and was given up.`,
  hint: () => 'Begin the work without waiting for it, such as with ratchet_enqueue_job, and look at it later; or do less with one call.',
  about:
    'A call of a tool went on for longer than the longest execution of the client may take, and some time on top. What it had begun was told to stop.',
});

export const argumentNotClean = defineError<{ path: string; code: string }>('MCP_ARGUMENT_NOT_CLEAN', {
  http: 400,
  exit: 'usage',
  message: ({ path, code }) => `The argument ${path} has a control character (${code}) in it.`,
  hint: () =>
    'Remove the character; tabs and line ends are fine. mcp.security.input_sanitization of the server decides whether this is looked at.',
  about:
    'A text among the arguments holds a control character. Such texts can forge lines of logs and terminals, and some databases refuse them. Nothing was run.',
});

export const sessionsFull = defineError<{ limit: number; retryAfterSeconds: number }>('MCP_SESSIONS_FULL', {
  http: 503,
  exit: 'busy',
  retryable: true,
  message: ({ limit }) => `All ${limit} sessions for MCP clients are in use.`,
  hint: () => 'End a session (DELETE with its Mcp-Session-Id), or try again in a moment.',
  about:
    'A client asked for a session, and as many as there may be are busy. A session that nobody uses makes room for a new one by itself.',
});

export const sessionNotFound = defineError<{ session: string }>('MCP_SESSION_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ session }) => `There is no session ${JSON.stringify(session)}, or it has ended.`,
  hint: () => 'Send initialize without a session to begin a new one.',
  about:
    'The session of an MCP client was ended, was unused for too long, belongs to another client, or never was. Clients begin a new one by themselves.',
});

export const notInitialized = defineError<Record<string, never>>('MCP_NOT_INITIALIZED', {
  http: 400,
  exit: 'usage',
  message: () => "Server not initialized. Send 'initialize' request first.",
  hint: () => 'Send initialize, then notifications/initialized; or speak a revision of MCP that needs neither (2026-07-28).',
  about: 'A client of an older revision of MCP asked for something before it had said which revision it speaks.',
});

export const messageInvalid = defineError<{ problem: string }>('MCP_MESSAGE_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ problem }) => `This is no JSON-RPC 2.0 message: ${problem}.`,
  hint: () => 'Send an object with jsonrpc "2.0", a method, an id for requests, and params that are an object.',
  about: 'What was sent is JSON but no message that MCP knows. Nothing was run.',
});

export const notAcceptable = defineError<{ needs: string }>('MCP_NOT_ACCEPTABLE', {
  http: 406,
  exit: 'usage',
  message: ({ needs }) => `The client does not accept what would be answered: Accept must name ${needs}.`,
  hint: () => 'Send Accept: application/json, text/event-stream.',
  about: 'The header Accept of a request to the MCP endpoint names none of the types that the answer could have.',
});

export const taskOutOfReach = defineError<{ client: string; operation: string }>('MCP_TASK_OUT_OF_REACH', {
  http: 403,
  exit: 'usage',
  message: ({ client, operation }) => `${client} may see some tasks only, and ${operation} would reach others.`,
  hint: () => 'Name the tasks it is about, or let whoever runs the server widen allowed_task_patterns of the key.',
  about: 'The key of the client is bound to tasks of certain names, and the call is not about those alone. Nothing was run.',
});

export const storeInUse = defineError<{ file: string; pid: number | null }>('MCP_STORE_IN_USE', {
  http: 409,
  exit: 'environment',
  message: ({ file, pid }) =>
    `The database ${file} is in use by ${pid === null ? 'another process' : `process ${pid}`}, probably a running server.`,
  hint: () => 'Speak to that server: `ratchet mcp-serve --server http://127.0.0.1:8080`. Or keep a store of your own: --data-dir <folder>.',
  about:
    'An MCP server that works without a running Ratchet server needs the database for itself, and a SQLite file has one owner. With --server it forwards to the server that has it.',
});
