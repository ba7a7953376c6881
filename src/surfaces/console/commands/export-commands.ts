import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { call } from '#kernel/index.ts';
import { generateMcpServersOperation } from '#surfaces/cli/commands/mcp-operations.ts';
import type { Command } from '#surfaces/cli/command.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import { printable } from '#surfaces/cli/terminal.ts';
import { notARatchetServer } from '#surfaces/client/errors.ts';
import { z } from 'zod';
import { getFrom } from '../connection.ts';
import { consoleFileFailed } from '../errors.ts';
import { homePath } from '../home-path.ts';
import { ownCommand, type Seat } from './own-command.ts';
import { showJson } from './server-commands.ts';

const documentPath = '/api-docs/openapi.json';

/** A document of the server or about it: printed, or put into a file. */
function exporting(
  spec: { words: string; summary: string; details: string; input?: Readonly<Record<string, z.ZodType>> },
  fetchText: (seat: Seat) => Promise<string>,
): Command {
  return ownCommand({
    ...spec,
    input: {
      file: z.string().min(1).optional().describe('File to write; it is printed without one').meta({ placeholder: 'path' }),
      ...spec.input,
    },
    positional: ['file'],
    async run(seat) {
      const text = await fetchText(seat);
      const { file } = seat.input as { file?: string };
      if (file === undefined) return { document: JSON.parse(text) as unknown };
      const path = resolve(homePath(file));
      try {
        writeFileSync(path, `${text}\n`);
      } catch (caught) {
        throw consoleFileFailed({ file: path, detail: (caught as Error).message }, caught);
      }
      return { file: path };
    },
    show(answer, screen) {
      const { document, file } = answer as { document?: unknown; file?: string };
      if (file === undefined) return showJson(document, isForPeople(screen) ? { ...screen, format: 'pretty' } : screen);
      if (!isForPeople(screen)) return showJson(answer, screen);
      screen.out(`${screen.paintOut('green', '✓')} ${printable(`Written to ${file}`)}\n`);
      return { exit: 'ok' };
    },
  });
}

export const exportOpenapiCommand = exporting(
  {
    words: 'export openapi',
    summary: 'Put the OpenAPI document of the server into a file',
    details: `What the server serves at ${documentPath}: every route with its schemas, for programs that generate clients.`,
  },
  async ({ target, options: { signal } }) => {
    const { status, body } = await getFrom(target, documentPath, signal);
    if (status !== 200) throw notARatchetServer({ url: target.url, problem: `it answers ${status} at ${documentPath}` });
    return JSON.stringify(JSON.parse(body), null, 2);
  },
);

const clients = ['claude-desktop', 'claude-code', 'vscode', 'generic'] as const;

export const exportMcpConfigCommand = exporting(
  {
    words: 'export mcp-config',
    summary: 'Say what an MCP client has to be told about the server',
    details:
      'JSON for the configuration file of the client: it starts a program that speaks for the server this console is connected to. `ratchet generate mcpservers-json` knows further ways.',
    input: {
      client: z.enum(clients).default('generic').describe('Whose file it is for'),
      name: z.string().min(1).default('ratchet').describe('What the client calls the server'),
    },
  },
  async ({ input, target, options }) => {
    const { client = 'generic', name = 'ratchet' } = input as { client?: (typeof clients)[number]; name?: string };
    const wishes = { format: client, name, server: target.url, pretty: true };
    return (await call(generateMcpServersOperation, {}, wishes, options)).text;
  },
);
