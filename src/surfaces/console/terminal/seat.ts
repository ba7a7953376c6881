import type { Clock, ExitName } from '#kernel/index.ts';
import type { CliParts } from '#surfaces/cli/command.ts';
import type { Piece } from '#surfaces/cli/commands/dev/line.ts';
import { complete } from '../completion/complete.ts';
import type { Connection } from '../connection.ts';
import { note } from '../error-text.ts';
import type { Hands } from '../hands.ts';
import { goesOn } from '../language/read-line.ts';
import type { CompletionParts } from '../completion/complete.ts';
import type { Session } from '../session.ts';
import type { History } from './history-file.ts';
import { createLineReader } from './line-reader.ts';
import { isLong, page } from './pager.ts';

/** A person at a terminal. */
export interface TerminalSeat {
  readonly hands: Hands;
  /** Shows a text, page by page where it is longer than the terminal. */
  show: (text: string, signal: AbortSignal) => Promise<void>;
  /** Reads and runs lines until the person leaves. */
  run(session: Session, signal: AbortSignal): Promise<ExitName>;
  /** What completion knows, once it does. */
  completesFrom(parts: CompletionParts): void;
  close(): void;
}

export interface SeatParts {
  readonly cli: CliParts;
  readonly connection: Connection;
  readonly history: History;
  readonly clock: Clock;
}

/** A lost server is looked for this often while nothing else goes on. */
const lookMs = 2_000;

export function openSeat({ cli, connection, history }: SeatParts): TerminalSeat {
  const { screen } = cli;
  const keyboard = cli.keyboard!;
  const isDumb = cli.env['TERM'] === 'dumb';
  // Those that cut what is too long instead say who they are.
  const doesReflow = cli.env['TERM'] !== 'linux' && !cli.env['XTERM_VERSION'];
  const window = cli.window ?? { size: () => ({ columns: 80, rows: 24 }), onResize: () => () => {} };
  const write = (text: string) => screen.out(text);
  const reader = createLineReader({ keyboard, window, write, paint: screen.paintOut, isDumb, doesReflow });
  let known: CompletionParts | null = null;
  let isReading = false;

  const prompt = (): readonly Piece[] => [[connection.state() === 'connected' ? 'green' : 'red', 'ratchet> ']];
  const continued = (): readonly Piece[] => [['dim', '      -> ']];
  const looking = setInterval(() => {
    if (isReading && connection.state() === 'lost') void connection.look();
  }, lookMs);
  looking.unref();
  const stopWatching = connection.onChange((state) => {
    if (!isReading) return;
    reader.print(
      note(state === 'connected' ? `Connected to: ${connection.target()!.url}` : 'The server does not answer.', screen.paintErr).replaceAll(
        '\n',
        '\r\n',
      ),
    );
  });

  const paged = async (text: string, signal: AbortSignal) => {
    // Somebody who knows the way presses several keys at once.
    const pressed: string[] = [];
    let wake: (() => void) | null = null;
    const stop = keyboard.listen((char) => {
      pressed.push(char);
      wake?.();
    });
    const onAbort = () => wake?.();
    signal.addEventListener('abort', onAbort);
    const key = async () => {
      while (pressed.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      return pressed.shift() ?? null;
    };
    try {
      await page(text, { size: () => window.size(), onResize: (listener) => window.onResize(listener), write, key }, signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
      stop();
      reader.typeAhead(pressed);
    }
  };

  return {
    hands: {
      keyboard,
      window: isDumb ? null : window,
      canDraw: () => !isDumb && cli.window !== null,
      away: (work) => reader.away(work),
      async ask(question, signal) {
        const lines = question.split('\n');
        if (lines.length > 1) write(`${lines.slice(0, -1).join('\r\n')}\r\n`);
        if (signal.aborted) return null;
        const end = await reader.read(() => [['cyan', lines.at(-1)!]]);
        return end.kind === 'line' ? end.text : null;
      },
    },
    async show(text, signal) {
      if (!isDumb && cli.window !== null && isLong(text, window.size())) await paged(text, signal);
      else write(text);
    },
    completesFrom: (parts) => (known = parts),
    async run(session, signal) {
      const wishes = {
        get history() {
          return history.lines();
        },
        complete: async (text: string, cursor: number) => (known === null ? null : complete(text, cursor, known)),
      };
      const ended = new Promise<'ended'>((resolve) => {
        if (signal.aborted) resolve('ended');
        else signal.addEventListener('abort', () => resolve('ended'), { once: true });
      });
      let text = '';
      for (;;) {
        isReading = true;
        const end = await Promise.race([reader.read(text === '' ? prompt : continued, wishes), ended]);
        isReading = false;
        if (end === 'ended') return 'interrupted';
        if (end.kind === 'leave') return 'ok';
        if (end.kind === 'interrupt') {
          if (text === '') screen.err(note("Use 'exit' or Ctrl+D to quit", screen.paintErr));
          text = '';
          continue;
        }
        // An empty line ends what would go on for ever, so that its mistake is told.
        const whole = text === '' ? end.text : `${text}\n${end.text}`;
        if (goesOn(whole) && (text === '' || end.text.trim() !== '')) {
          text = whole;
          continue;
        }
        text = '';
        history.add(whole);
        if (await runLine(session, whole, signal)) return 'ok';
      }
    },
    close() {
      clearInterval(looking);
      stopWatching();
      reader.close();
    },
  };

  /** Ctrl-C ends the command and not the console. @returns whether the person leaves */
  async function runLine(session: Session, line: string, signal: AbortSignal): Promise<boolean> {
    const stopping = new AbortController();
    const stopListening = reader.onInterrupt(() => {
      write('^C\r\n');
      stopping.abort('SIGINT');
    });
    const follow = () => stopping.abort(signal.reason);
    signal.addEventListener('abort', follow, { once: true });
    try {
      const end = await session.run(line, stopping.signal);
      if (end.error !== null && !(stopping.signal.aborted && end.error.code === 'INTERRUPTED')) session.showError(end.error);
      return end.isLeaving === true;
    } finally {
      signal.removeEventListener('abort', follow);
      stopListening();
    }
  }
}
