import { toRatchetError, type CallOptions, type Clock, type ExitName, type Settings } from '#kernel/index.ts';
import type { CliParts } from '#surfaces/cli/command.ts';
import type { CommandRow } from '#surfaces/cli/commands.ts';
import type { ConsoleProgram, ConsoleWishes } from '#surfaces/cli/commands/console.ts';
import { readFileSync } from 'node:fs';
import { consoleRows } from './commands/console-rows.ts';
import { serverNames } from './completion/server-names.ts';
import { createConnection, serverAddress, type Target } from './connection.ts';
import { consoleFileFailed, scriptNotFound } from './errors.ts';
import { note, warning } from './error-text.ts';
import type { Hands } from './hands.ts';
import { homePath } from './home-path.ts';
import { createVariables } from './language/variables.ts';
import { formatOf, type OutputFormat } from './output.ts';
import { readPipedLines } from './piped-lines.ts';
import { createSession, type LineEnd, type Session } from './session.ts';
import {
  allowsSystemCommands,
  autoScripts,
  consoleHost,
  consolePort,
  consoleTimeout,
  consoleTokenFile,
  consoleTransport,
  exportsVariables,
  historyFile,
  historyLength,
  predefinedVariables,
  savesHistory,
  scriptFolders,
  usualFormat,
  variablesCaseSensitive,
} from './settings.ts';
import { openHistory } from './terminal/history-file.ts';
import { openSeat } from './terminal/seat.ts';

/** A server that was started for the console and ends with it. */
export interface OwnServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ConsoleParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly version: string;
  readonly rows: readonly CommandRow[];
  /** Starts a server on a free port of this machine, with the data of whoever runs the console. */
  startServer: (signal: AbortSignal) => Promise<OwnServer>;
}

const usualPort = 8080;

/** The operator's seat at a server. */
export function createConsole(parts: ConsoleParts): ConsoleProgram {
  return {
    run: (wishes, cli, options) => runConsole(wishes, cli, { ...options, signal: options.signal ?? new AbortController().signal }, parts),
  };
}

async function runConsole(
  wishes: ConsoleWishes,
  cli: CliParts,
  options: CallOptions & { readonly signal: AbortSignal },
  { settings, clock, version, rows, startServer }: ConsoleParts,
): Promise<ExitName> {
  const { signal } = options;
  const { screen } = cli;
  const environment: NodeJS.ProcessEnv = { ...cli.env };
  const variables = createVariables({
    isCaseSensitive: settings.get(variablesCaseSensitive),
    predefined: settings.get(predefinedVariables),
    environment: settings.get(exportsVariables) ? environment : null,
  });
  const history = openHistory({
    file: wishes.historyFile ?? settings.get(historyFile),
    most: settings.get(historyLength),
    isSaved: settings.get(savesHistory),
    onTrouble: (problem) => screen.err(warning(problem, screen.paintErr)),
  });
  const connection = createConnection();
  const token = tokenOf(wishes, settings, cli.env);
  const isPerson = cli.keyboard !== null && screen.isOutTerminal;
  const seat = isPerson ? openSeat({ cli, connection, history, clock }) : null;
  const nobody: Hands = { keyboard: null, window: null, ask: async () => null, away: (work) => work(), canDraw: () => false };
  let ownServer: OwnServer | null = null;
  let serverStatus = '';

  const ofConsole = consoleRows(rows, seat?.hands ?? nobody, () => session.scripts);
  const names = serverNames(
    () => connection.target(),
    () => clock.now(),
  );
  seat?.completesFrom({
    rows: ofConsole,
    names,
    variables: () => [...new Set([...variables.entries().map(([name]) => name), ...Object.keys(environment)])],
    scriptFolders: settings.get(scriptFolders),
  });

  const session: Session = createSession({
    cli: { ...cli, keyboard: seat?.hands.keyboard ?? null },
    call: { now: () => clock.now() },
    rows: ofConsole,
    connection,
    variables,
    environment,
    token: () => token,
    history: () => history.lines(),
    scriptFolders: settings.get(scriptFolders),
    allowsSystemCommands: settings.get(allowsSystemCommands),
    names,
    requestTimeoutMs: settings.get(consoleTimeout) * 1_000,
    format: usualFormatOf(settings),
    show: seat?.show ?? (async (text) => screen.out(text)),
    usualTarget: () => ({ url: `http://127.0.0.1:${usualPort}`, token }),
  });

  const greet = (text: string) => {
    if (isPerson) screen.out(text);
  };
  greet(`Ratchet Console v${version}\n`);
  try {
    const { url, isSaid } = wantedServer(wishes, settings, cli.env);
    try {
      ownServer = await connectFirst({
        url,
        isSaid,
        token,
        signal,
        isOwn: wishes.embedded === true || isStdio(wishes.connect) || transportOf(wishes, settings) === 'stdio',
      });
    } catch (caught) {
      if (signal.aborted) throw caught;
      // A person stays, and can connect elsewhere; a script has nobody who could.
      const error = toRatchetError(caught, 'connect to the server');
      session.showError(error);
      if (!isPerson) return error.exit;
    }
    if (connection.state() === 'connected')
      greet(
        `Connected to: ${connection.target()!.url}${ownServer === null ? '' : ' (started by this console)'}\nServer status: ${serverStatus}\n`,
      );
    greet("Type 'help' for available commands, 'exit' to quit\n");

    for (const script of settings.get(autoScripts)) {
      const end = await session.runScript(script, signal).catch((caught: unknown) => {
        if (scriptNotFound.is(caught)) return null;
        throw caught;
      });
      if (end?.isLeaving) return 'ok';
      if (end !== null && end.exit !== 'ok' && !isPerson) return end.exit;
    }
    let last: LineEnd | null = null;
    if (wishes.script !== undefined) {
      last = await session.runScript(wishes.script, signal);
      if (wishes.stay !== true || last.isLeaving || last.exit !== 'ok') return last.isLeaving ? 'ok' : last.exit;
    }
    if (seat !== null) return await seat.run(session, signal);
    last = await session.runLines(await readPipedLines(signal), null, signal);
    return last.exit;
  } finally {
    seat?.close();
    if (ownServer !== null) {
      if (isPerson) screen.err(note('Stopping the server of this console: what runs may end.', screen.paintErr));
      await ownServer.stop();
    }
  }

  async function connectFirst(wanted: {
    url: string;
    isSaid: boolean;
    token: string | null;
    signal: AbortSignal;
    isOwn: boolean;
  }): Promise<OwnServer | null> {
    const connected = async (target: Target) => {
      ({ status: serverStatus } = await connection.connect(target, wanted.signal));
    };
    if (!wanted.isOwn) {
      try {
        await connected({ url: wanted.url, token: wanted.token });
        return null;
      } catch (caught) {
        wanted.signal.throwIfAborted();
        const isNobody = (caught as { code?: string }).code === 'SERVER_UNREACHABLE';
        // Where nobody named a server and none is there, the console brings its own.
        if (wanted.isSaid || !isNobody) throw caught;
      }
    }
    if (isPerson)
      screen.err(
        note(`${wanted.isOwn ? 'Starting' : `No server runs at ${wanted.url}: starting`} a server for this console.`, screen.paintErr),
      );
    const server = await startServer(wanted.signal);
    try {
      await connected({ url: server.url, token: wanted.token });
    } catch (caught) {
      await server.stop();
      throw caught;
    }
    return server;
  }
}

function usualFormatOf(settings: Settings): OutputFormat | null {
  const said = settings.get(usualFormat);
  return said === 'auto' ? null : formatOf(said);
}

/** `--connect stdio` has always meant a server of one's own. */
const isStdio = (said: string | undefined) => said !== undefined && /^stdio(?::(?:\/\/)?)?$/i.test(said);

type Transport = 'sse' | 'stdio' | 'http' | 'streamable_http' | 'websocket';

function transportOf(wishes: ConsoleWishes, settings: Settings): Transport {
  return (
    wishes.transport ??
    (wishes.connect !== undefined || wishes.host !== undefined || wishes.port !== undefined ? 'http' : settings.get(consoleTransport))
  );
}

/** Which server is meant, and whether somebody has said so. @throws SERVER_URL_INVALID */
function wantedServer(
  { connect, host, port }: ConsoleWishes,
  settings: Settings,
  env: NodeJS.ProcessEnv,
): { url: string; isSaid: boolean } {
  if (connect !== undefined && !isStdio(connect)) return { url: serverAddress(connect), isSaid: true };
  const named = (one: string | undefined, at: number | undefined) =>
    serverAddress(`http://${bracketed(one ?? '127.0.0.1')}:${at ?? usualPort}`);
  if (host !== undefined || port !== undefined) return { url: named(host, port), isSaid: true };
  const fromEnv = env['RATCHET_SERVER'];
  if (fromEnv) return { url: serverAddress(fromEnv), isSaid: true };
  const [ofHost, ofPort] = [settings.get(consoleHost) ?? undefined, settings.get(consolePort) ?? undefined];
  return { url: named(ofHost, ofPort), isSaid: ofHost !== undefined || ofPort !== undefined };
}

const bracketed = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

/** @throws CONSOLE_FILE_FAILED */
function tokenOf({ authToken }: ConsoleWishes, settings: Settings, env: NodeJS.ProcessEnv): string | null {
  if (authToken !== undefined) return authToken;
  if (env['RATCHET_TOKEN']) return env['RATCHET_TOKEN'];
  const file = settings.get(consoleTokenFile);
  if (file === null) return null;
  try {
    return readFileSync(homePath(file), 'utf8').trim() || null;
  } catch (caught) {
    throw consoleFileFailed({ file, detail: caught instanceof Error ? caught.message : String(caught) }, caught);
  }
}
