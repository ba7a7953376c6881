import { localCaller, toRatchetError, type CallOptions, type ExitName, type RatchetError } from '#kernel/index.ts';
import type { CliParts } from '#surfaces/cli/command.ts';
import { interrupted } from '#surfaces/cli/errors.ts';
import { shapeOf, type CommandShape } from '#surfaces/cli/project.ts';
import { readInput } from '#surfaces/cli/read-input.ts';
import type { ShownError } from '#surfaces/cli/show-error.ts';
import { printable } from '#surfaces/cli/terminal.ts';
import { execFileSync } from 'node:child_process';
import { builtInOf, builtIns, environmentText, setVariable, unsetVariable, variablesText, type BuiltInName } from './built-ins.ts';
import { consoleShape } from './commands/console-shape.ts';
import { depthOf, findRow, nearest } from './commands/find-row.ts';
import { printsJson, type ConsoleRow } from './commands/console-rows.ts';
import type { Connection, Target } from './connection.ts';
import type { ScriptDesk } from './commands/script-commands.ts';
import { createScriptRecorder } from './script-recorder.ts';
import type { KnownNames } from './completion/complete.ts';
import { withNearestName } from './nearest-name.ts';
import { refuseAbsent } from './commands/absent-features.ts';
import { consoleLineInvalid, consoleNotConnected, scriptTooDeep } from './errors.ts';
import { consoleErrorText, note, warning } from './error-text.ts';
import { helpText } from './help-text.ts';
import { dateText } from './language/date-text.ts';
import type { Lookup } from './language/expand.ts';
import { readLine, type ReadLine } from './language/read-line.ts';
import type { Token } from './language/scan.ts';
import { typedFlags } from './language/typed-flags.ts';
import { createVariables, type Variables } from './language/variables.ts';
import { formatOf, lineOutput, noWishes, outputFormats, type LineOutput, type OutputFormat } from './output.ts';
import { findScript, readScript, type ScriptLine } from './script.ts';

/** What became of a line. */
export interface LineEnd {
  readonly exit: ExitName;
  /** What has not been shown yet. */
  readonly error: ShownError | null;
  /** The person wants to leave. */
  readonly isLeaving?: boolean;
}

export interface SessionParts {
  readonly cli: CliParts;
  readonly call: Pick<CallOptions, 'now'>;
  readonly rows: readonly ConsoleRow[];
  readonly connection: Connection;
  readonly variables: Variables;
  /** What `${ENV:X}` reads, and commands get. */
  readonly environment: NodeJS.ProcessEnv;
  readonly token: () => string | null;
  /** What was typed, first to last. */
  readonly history: () => readonly string[];
  readonly scriptFolders: readonly string[];
  readonly allowsSystemCommands: boolean;
  readonly requestTimeoutMs: number;
  /** Form of answers where a line does not say one; null: what each command usually does. */
  readonly format: OutputFormat | null;
  /** Shows a long text page by page; as it is where nobody pages. */
  readonly show: (text: string, signal: AbortSignal) => Promise<void>;
  /** What the server has, to say what was probably meant. */
  readonly names: KnownNames;
  /** The usual server, for `connect` without an address. */
  readonly usualTarget: () => Target;
}

/** Understands lines and does what they say. */
export interface Session {
  /** Never rejects; shows nothing of the error. */
  run(line: string, signal: AbortSignal): Promise<LineEnd>;
  /** @returns how it ended; the failure has been shown */
  runScript(file: string, signal: AbortSignal): Promise<LineEnd>;
  /** @param name what errors call it; null for standard input, whose lines are not repeated */
  runLines(lines: Iterable<ScriptLine>, name: string | null, signal: AbortSignal, between?: () => Promise<void>): Promise<LineEnd>;
  showError(error: ShownError): void;
  /** What commands about scripts ask. */
  readonly scripts: ScriptDesk;
}

/** Milliseconds that a command has to end by itself after Ctrl-C. */
const graceMs = 2_500;
const mostScripts = 20;
const systemCommandMs = 10_000;
const good: LineEnd = { exit: 'ok', error: null };

export function createSession(parts: SessionParts): Session {
  const { cli, connection, variables, environment, rows } = parts;
  const base = cli.screen;
  let scriptDepth = 0;

  const lookup: Lookup = {
    variable: (name) => variables.get(name),
    environment: (name) => environment[name],
    command: (text) => dateText(text, parts.call.now()) ?? systemCommand(text),
  };
  const systemCommand = (text: string): string | undefined => {
    if (!parts.allowsSystemCommands) {
      base.err(warning(`$(${text}) is not run: console.scripts.allow_system_commands is off.`, base.paintErr));
      return undefined;
    }
    const [shell, flag] = process.platform === 'win32' ? (['cmd.exe', '/c'] as const) : (['/bin/sh', '-c'] as const);
    const said = execFileSync(shell, [flag, text], {
      env: environment,
      encoding: 'utf8',
      timeout: systemCommandMs,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return said.replace(/\s+$/, '');
  };

  const recorder = createScriptRecorder();
  const told = async (end: LineEnd): Promise<LineEnd> =>
    end.error === null ? end : { ...end, error: await withNearestName(end.error, parts.names) };
  const runWhole = async (line: string, signal: AbortSignal): Promise<LineEnd> => {
    const read = readLine(line, lookup);
    return read === null ? good : runRead(read, signal);
  };

  const session: Session = {
    async run(line, signal) {
      const end = await told(await runWhole(line, signal).catch((caught: unknown) => failed(caught, signal)));
      if (scriptDepth > 0 || /^\s*(?:#|$)/.test(line)) return end;
      try {
        recorder.note(line, end.exit === 'ok' && end.error === null);
        return end;
      } catch (caught) {
        recorder.stop();
        return failed(caught, signal);
      }
    },
    async runScript(said, signal) {
      const file = findScript(said, parts.scriptFolders);
      return inScript(file, () => session.runLines(readScript(file), file, signal));
    },
    async runLines(lines, name, signal, between) {
      let isFirst = true;
      for (const { number, text } of lines) {
        if (!isFirst) await between?.();
        isFirst = false;
        if (signal.aborted) return { exit: 'interrupted', error: null };
        if (name !== null) base.err(`${base.paintErr('dim', `> ${text}`)}\n`);
        const end = await session.run(text, signal);
        if (end.isLeaving) return end;
        if (end.exit === 'ok' && end.error === null) continue;
        if (end.error !== null) session.showError(end.error);
        const exit = end.error?.exit ?? exitOf(end);
        base.err(`${base.paintErr('red', '✗')} Script error: ${name ?? 'standard input'}, line ${number}: ${text.split('\n')[0]}\n`);
        return { exit, error: null };
      }
      return good;
    },
    showError: (error) => base.err(consoleErrorText(error, base.paintErr, base.format === 'json')),
    scripts: {
      recorder,
      read(said) {
        const file = findScript(said, parts.scriptFolders);
        return { file, lines: readScript(file) };
      },
      run: async (lines, file, between, signal) => (await inScript(file, () => session.runLines(lines, file, signal, between))).exit,
      async check(lines) {
        const known = createVariables({ isCaseSensitive: true, predefined: Object.fromEntries(variables.entries()), environment: null });
        const asIf: Lookup = { ...lookup, variable: (name) => known.get(name), command: (text) => dateText(text, parts.call.now()) ?? '' };
        const problems: (string | null)[] = [];
        for (const { text } of lines) problems.push(await problemOf(text, asIf, known));
        return problems;
      },
    },
  };

  /** What is wrong with a line as far as can be told without running it. @param known gets what the line would set */
  const problemOf = async (line: string, asIf: Lookup, known: Variables): Promise<string | null> => {
    try {
      const read = readLine(line, asIf);
      if (read === null) return null;
      const builtIn = builtInOf(read.tokens[0]!.text);
      if (builtIn === 'set') setVariable(read.text, known);
      else if (builtIn === null) await understood(read);
      return null;
    } catch (caught) {
      return toRatchetError(caught, 'read the command').message;
    }
  };

  /** Within a script that another runs, and so on. @throws CONSOLE_SCRIPT_TOO_DEEP */
  const inScript = async <Result>(file: string, work: () => Promise<Result>): Promise<Result> => {
    if (scriptDepth >= mostScripts) throw scriptTooDeep({ file, depth: scriptDepth + 1 });
    scriptDepth++;
    try {
      return await work();
    } finally {
      scriptDepth--;
    }
  };

  const failed = (caught: unknown, signal: AbortSignal): LineEnd => {
    const error: RatchetError =
      signal.aborted && !(caught instanceof Error && 'code' in caught && caught.name === 'RatchetError')
        ? interrupted({ signal: String(signal.reason) })
        : toRatchetError(caught, 'run the command');
    if (error.code === 'SERVER_UNREACHABLE' || error.code === 'ANSWER_LOST') connection.noticed(false);
    return { exit: error.exit, error };
  };

  const runRead = async (read: ReadLine, signal: AbortSignal): Promise<LineEnd> => {
    const builtIn = builtInOf(read.tokens[0]!.text);
    if (builtIn !== null) return runBuiltIn(builtIn, read, signal);
    if (read.tokens.some(({ text, isQuoted }) => text === '--help' && !isQuoted)) return runBuiltIn('help', helpOf(read), signal);
    const { row, command, input: typed, asked } = await understood(read);
    const target = row.needsServer === false ? connection.target() : await reachable(signal);
    const output = lineOutput(base, read.target, { asked, usual: parts.format, isJson: printsJson(row) });
    const input = { requestTimeoutMs: parts.requestTimeoutMs, ...typed, server: target?.url };
    const env = { ...environment, RATCHET_TOKEN: target?.token ?? '' };
    const options = { caller: localCaller, now: parts.call.now, signal, notify: () => {} };
    const answer = await endWith(signal, command.run(input, { ...cli, env, screen: output.screen }, options));
    if (row.needsServer !== false) connection.noticed(true);
    output.hold();
    const shown = command.show(answer, output.screen, input);
    await finish(output, signal);
    return { exit: shown.exit, error: shown.error ?? null };
  };

  /** `task list --help` as `help task list`. */
  const helpOf = (read: ReadLine): ReadLine => {
    const words = read.tokens.map(({ text }) => text);
    const depth = depthOf(words, rows);
    return { ...read, tokens: [read.tokens[0]!, ...read.tokens.slice(0, Math.max(1, depth))] };
  };

  /** Which command a line means, with its flags read. @throws CONSOLE_LINE_INVALID, CONSOLE_FEATURE_ABSENT */
  const understood = async (read: ReadLine) => {
    refuseAbsent(read.tokens);
    const { row, rest } = findRow(
      read.tokens,
      rows,
      builtIns.map(({ name }) => name),
    );
    const command = await row.load();
    const shape = consoleShape(shapeOf(command.operation), row.words);
    const { format, tokens } = withoutFormat(rest, shape);
    const input = await readInput(shape, { ...typedFlags(shape, tokens), readStdin: async () => '' });
    // YAML is made of JSON, which a command with forms of its own has to be asked for.
    const isFromJson = format === 'yaml' && shape.flags.some(({ name, choices }) => name === 'format' && choices.includes('json'));
    return { row, command, input: isFromJson ? { ...input, format: 'json' } : input, asked: format };
  };

  /** A server that was lost is looked for once more: it may be back. */
  const reachable = async (signal: AbortSignal): Promise<Target> => {
    const target = connection.require();
    if (connection.state() === 'lost' && (await connection.look(signal)) === null) {
      signal.throwIfAborted();
      throw consoleNotConnected({
        problem: `${target.url} does not answer; it is tried again with every command. \`connect <url>\` names another server.`,
      });
    }
    return target;
  };

  const finish = async (output: LineOutput, signal: AbortSignal) => {
    await output.finish();
    await parts.show(output.take(), signal);
  };

  const runBuiltIn = async (name: BuiltInName, read: ReadLine, signal: AbortSignal): Promise<LineEnd> => {
    const output = lineOutput(base, read.target, { ...noWishes, asked: read.target === null ? 'table' : null });
    output.hold();
    // A value may come from anywhere, and must not move the cursor.
    const say = (text: string, isPlain = true) => output.screen.out(isPlain ? printable(text) : text);
    const argument = read.tokens[1]?.text;
    let end: LineEnd = good;
    switch (name) {
      case 'exit':
      case 'quit':
        return { ...good, isLeaving: true };
      case 'help':
        say(
          await helpText(
            read.tokens.slice(1).map(({ text }) => text),
            rows,
            output.screen.paintOut,
          ),
          false,
        );
        break;
      case 'clear':
        if (base.isOutTerminal) base.out('\u001b[2J\u001b[H');
        break;
      case 'history':
        say(
          parts
            .history()
            .map((line, index) => [line, `${String(index + 1).padStart(3)}: ${line}\n`] as const)
            .filter(([line]) => argument === undefined || line.includes(argument))
            .map(([, text]) => text)
            .join(''),
        );
        break;
      case 'set':
        say(`${setVariable(read.text, variables)}\n`);
        break;
      case 'unset':
        say(`${unsetVariable(read.text, variables)}\n`);
        break;
      case 'vars':
        say(variablesText(variables) || 'No variables set\n');
        break;
      case 'env': {
        const { text, isFound } = environmentText(argument, environment);
        if (isFound) say(text);
        else base.err(warning(`${text}${nearest(argument ?? '', Object.keys(environment), true)}`, base.paintErr));
        break;
      }
      case 'echo':
        say(
          `${read.tokens
            .slice(1)
            .map(({ text }) => text)
            .join(' ')}\n`,
        );
        break;
      case 'source':
        if (argument === undefined) throw consoleLineInvalid({ problem: 'Usage: source <file>', help: '' });
        end = await session.runScript(argument, signal);
        break;
      case 'connect': {
        const usual = parts.usualTarget();
        if (argument?.toLowerCase() === 'stdio')
          throw consoleLineInvalid({
            problem: 'stdio starts a server for a console that begins: ratchet console --connect stdio',
            help: 'connect',
          });
        const wanted = { url: argument ?? connection.target()?.url ?? usual.url, token: parts.token() };
        const health = await connection.connect(wanted, signal);
        say(`Connected to: ${connection.target()!.url}\nServer status: ${health.status}\n`);
        break;
      }
      case 'disconnect':
        connection.disconnect();
        base.err(note('Disconnected. `connect` connects again.', base.paintErr));
        break;
    }
    await finish(output, signal);
    return end;
  };
  return session;
}

const exitOf = ({ exit }: LineEnd): ExitName => (exit === 'ok' ? 'failed' : exit);

/** `--format` is the console's, unless the command has one of its own that knows the word. */
function withoutFormat(tokens: readonly Token[], shape: CommandShape) {
  const at = tokens.findIndex(({ text, isQuoted }) => !isQuoted && /^--format(?:=|$)/.test(text));
  if (at < 0) return { format: null, tokens };
  const [, equals] = /^--format=([^]*)$/.exec(tokens[at]!.text) ?? [];
  const said = equals ?? tokens[at + 1]?.text ?? '';
  const own = shape.flags.find(({ name }) => name === 'format');
  const isOfConsole = (outputFormats as readonly string[]).includes(said.toLowerCase()) && !own?.choices.includes(said.toLowerCase());
  if (own !== undefined && !isOfConsole) return { format: null, tokens };
  return { format: formatOf(said), tokens: tokens.filter((_one, index) => index !== at && (equals !== undefined || index !== at + 1)) };
}

/** A command that was asked to end may do so in its own way; one that does not is left behind. */
function endWith<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const leave = () => {
      timer = setTimeout(() => reject(interrupted({ signal: String(signal.reason) })), graceMs);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    });
  });
}
