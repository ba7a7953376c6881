import { afterEach } from 'vitest';
import { createLiveEffects, mcpCallTimeout, mcpUrl, type EffectsProvider, type HttpOutcome, type McpMethod } from '#engine/index.ts';
import { settingsFrom, type Settings } from '#kernel/index.ts';

const never = new AbortController().signal;
const opened: EffectsProvider[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((effects) => effects.close()));
});

type Values = Readonly<Record<string, unknown>>;

/** Live effects of one execution whose task declares every configured MCP server, beside what else there is to configure. Closed with the test. */
export function mcpWorld(
  servers: readonly { readonly name: string; readonly transport: object }[],
  values: Values = {},
  onDiagnostic?: (line: string) => void,
) {
  const fixed = settingsFrom({ 'mcp.servers': servers, ...values });
  // A server may take long to start on a busy machine: tests about time-outs set theirs when it runs.
  const limit = { seconds: 25 };
  const settings = { get: (wanted) => (wanted.key === mcpCallTimeout.key ? limit.seconds : fixed.get(wanted)) } as Settings;
  const effects = createLiveEffects(settings, onDiagnostic ? { onDiagnostic } : {});
  opened.push(effects);
  const begin = () => effects.begin({ executionId: 'e', network: null, mcp: servers.map(({ name }) => name) });
  const run = begin();
  const ask = (method: McpMethod, server: string | null, tool: string | null, args?: unknown, signal = never, by = run) =>
    by.http(
      {
        url: mcpUrl({ server, tool }),
        method,
        headers: [],
        body: args === undefined ? null : Buffer.from(JSON.stringify(args)),
        timeoutMs: null,
        redirect: 'error',
        retry: null,
      },
      signal,
    );
  const call = (server: string, tool: string, args: unknown = {}, signal = never, by = run) =>
    ask('tools/call', server, tool, args, signal, by);
  return { effects, begin, run, ask, call, limit };
}

/** What an MCP server answered; throws where it did not. */
export function valueOf(outcome: HttpOutcome): unknown {
  if (!('answer' in outcome)) throw new Error(`failed: ${JSON.stringify(outcome.failure)}`);
  return JSON.parse(Buffer.from(outcome.answer.body).toString('utf8'));
}

/** The first text of a tool's result. */
export const textOf = (outcome: HttpOutcome) => (valueOf(outcome) as { content: { text: string }[] }).content[0]!.text;

/** Why there was no answer; null where there was one. */
export const failureOf = (outcome: HttpOutcome) => ('failure' in outcome ? outcome.failure : null);
