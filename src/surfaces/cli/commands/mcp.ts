import { call } from '#kernel/index.ts';
import { command, type Command, type Screen } from '../command.ts';
import { jsonText } from '../terminal.ts';
import { generateMcpServersOperation, mcpOperation, mcpServeOperation, type McpFacts, type McpServeInput } from './mcp-operations.ts';

/** Standard output belongs to the protocol where the transport is stdio: neither command writes to it then. */
function serving(operation: typeof mcpOperation, usual: McpServeInput['transport']): Command {
  return {
    operation,
    graceMs: 30_000,
    async run(wishes, parts, options) {
      const start = async (said: McpServeInput) => {
        const transport = said.transport ?? usual;
        const running = await parts.mcp({ ...said, ...(transport === undefined ? {} : { transport }) });
        showReady(running.facts, parts.screen, parts.keyboard !== null);
        return running;
      };
      return call(operation, { start }, wishes, options);
    },
    show: (_facts, screen) => {
      if (screen.format === 'auto' && screen.isErrTerminal) screen.err('Stopped.\n');
      return { exit: 'ok' };
    },
  };
}

export const mcpServeCommand = serving(mcpServeOperation, 'stdio');
/** The configuration says how, where the command line does not. */
export const mcpCommand = serving(mcpOperation, undefined);

function showReady({ url, version, transport }: McpFacts, screen: Screen, isPerson: boolean): void {
  if (url === null) {
    if (isPerson)
      screen.err(
        `Ratchet ${version} speaks MCP here, over standard input and output; a program is meant to start it.\n` +
          'What to tell that program: ratchet generate mcpservers-json --pretty\n',
      );
    return;
  }
  if (screen.format !== 'auto')
    return screen.out(`${jsonText({ transport, url, pid: process.pid, version }, screen.format === 'pretty')}\n`);
  screen.err(`${screen.paintErr('bold', `Ratchet ${version}`)} serves MCP at ${url}\n`);
}

export const generateMcpServersCommand = command({
  operation: generateMcpServersOperation,
  services: async () => ({}),
  show({ text, file }, screen) {
    screen.out(`${text}\n`);
    if (screen.isOutTerminal && file !== null) screen.err(`This goes into ${file}.\n`);
    return { exit: 'ok' };
  },
});
