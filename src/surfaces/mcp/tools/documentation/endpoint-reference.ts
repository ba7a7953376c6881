import { metadataJsonSchema } from '#tasks/index.ts';

interface MetadataSchema {
  readonly properties: Readonly<Record<string, { readonly description?: string }>>;
}

/** What task code may use: globals, fetch, errors, limits, and every field of metadata.json. */
export function endpointReference(): string {
  const { properties } = metadataJsonSchema() as unknown as MetadataSchema;
  const fields = Object.entries(properties).flatMap(([name, { description }]) => (description ? [`- \`${name}\`: ${description}`] : []));
  return [whatCodeHas, '## Fields of metadata', ...fields].join('\n');
}

const whatCodeHas = `# What task code can use

A task is one function. It is called with the input and a context \`{executionId, taskId, taskVersion, jobId?}\` and returns, or promises, JSON.
It may be written as \`(function (input, context) { ... });\`, as an arrow function, as \`function main\`, \`module.exports =\` or \`export default\`.

## Globals
\`console\`, timers, \`fetch\`, \`URL\`, \`URLSearchParams\`, \`TextEncoder\`, \`TextDecoder\`, \`AbortController\`, \`atob\`, \`btoa\`, \`structuredClone\`, \`crypto.randomUUID\`, \`crypto.getRandomValues\`, \`crypto.subtle.digest\`, \`performance.now\`, \`queueMicrotask\`, \`reportProgress\`.
There are no files, no modules of Node, no packages and no environment variables. Nothing survives an execution.

## fetch
\`fetch(url, {method, headers, body, timeout, retry, redirect, throwOnError})\`. An object as \`body\` is sent as JSON. Await the response, or read \`status\`, \`ok\` and \`body\` (parsed JSON, else text) at once.
Code that has looked at \`ok\` or \`status\` handles a failed answer itself. Code that reads the body without looking gets an error: 401 AuthenticationError, 403 AuthorizationError, 429 RateLimitError, 5xx ServiceUnavailableError, others HttpError; no answer NetworkError, no answer in time TimeoutError. ValidationError, DataError and ConfigurationError are there to be thrown.
\`network\` in the metadata lists the hosts it may reach: \`["api.example.com", "*.example.org:8443"]\`; absent means every public host, \`[]\` none. Private and local addresses are closed.

## Progress
\`reportProgress({progress: 0.5, step: "fetch", message: "half way", data: {...}})\`, progress from 0 to 1.

## How an execution ends badly
TASK_FAILED (the code threw), INPUT_INVALID and OUTPUT_INVALID (against the schemas), OUTPUT_NOT_JSON, TIMED_OUT, CPU_LIMIT_EXCEEDED, MEMORY_LIMIT_EXCEEDED, TASK_NEVER_SETTLED (it waits for a promise that nothing can settle), REQUEST_FAILED_UNSEEN (a request failed and nobody looked at it).
`;
