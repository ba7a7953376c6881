import type { HttpOutcome } from '../effect.ts';

/** What an MCP server answered, in the form of an answer. */
export function mcpAnswer(url: string, value: unknown, isError = false): HttpOutcome {
  return {
    answer: {
      status: isError ? toolFailedStatus : 200,
      statusText: isError ? 'the tool failed' : '',
      url,
      redirected: false,
      headers: [],
      body: Buffer.from(JSON.stringify(value)),
    },
  };
}

/** The status of a result that says `isError`: asked and answered, and not done. */
export const toolFailedStatus = 422;
