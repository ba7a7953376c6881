import { operation, type CallOptions, type ExitName } from '#kernel/index.ts';
import { z } from 'zod';
import type { CliParts, Command } from '../command.ts';

const input = z.object({
  connect: z
    .string()
    .min(1)
    .optional()
    .describe('Address of the server, such as http://127.0.0.1:8080; ws and wss are taken as well, stdio starts one for this console')
    .meta({ placeholder: 'url' }),
  transport: z
    .enum(['sse', 'stdio', 'http', 'streamable_http', 'websocket'])
    .optional()
    .describe('stdio starts a server of its own; with all others calls go over HTTP, and events come as they happen'),
  host: z.string().min(1).optional().describe('Machine of the server, where --connect is not given'),
  port: z.number().int().min(1).max(65_535).optional().describe('Port of the server, 8080 unless given'),
  authToken: z.string().min(1).optional().describe('Token to show to the server; RATCHET_TOKEN keeps it out of the list of processes'),
  embedded: z.boolean().default(false).describe('Start a server for this console, whether one runs or not'),
  script: z.string().min(1).optional().describe('Run the commands of a file, then end').meta({ placeholder: 'path' }),
  stay: z.boolean().default(false).describe('Stay after the script has ended well'),
  historyFile: z.string().min(1).optional().describe('Where what was typed is kept').meta({ placeholder: 'path' }),
});
export type ConsoleWishes = Partial<z.infer<typeof input>>;

/** The console, which the application puts together: another surface, with the same commands. */
export interface ConsoleProgram {
  /** Runs until the person leaves, or what was read has been done. */
  run(wishes: ConsoleWishes, parts: CliParts, options: CallOptions): Promise<ExitName>;
}

export const consoleOperation = operation({
  name: 'system.console',
  summary: 'Open the console: work with a server, command by command',
  details:
    'Connects to the server that is named, or to the one on this machine; where none runs, starts one that ends with the console. Reads commands from the terminal, from a script, or from standard input; there a line that fails ends the console with its exit code.',
  input,
  output: z.object({ exit: z.string() }),
  errors: [],
  effect: 'write',
  permission: 'system:console',
  on: {
    cli: {
      command: 'console',
      examples: [
        { line: 'ratchet console', about: 'The server of this machine' },
        { line: 'ratchet console --connect http://127.0.0.1:8080', about: 'A certain server' },
        { line: 'ratchet console --script startup.rsh', about: 'Runs the commands of a file' },
      ],
    },
  },
  run: async ({ open }: { open: () => Promise<ExitName> }) => ({ exit: await open() }),
});

export const consoleCommand: Command = {
  operation: consoleOperation,
  /** A server of its own may let end what runs. */
  graceMs: 60_000,
  run: async (wishes, parts, options) => (await parts.console()).run(wishes, parts, options),
  show: (exit) => ({ exit: exit as ExitName }),
};
