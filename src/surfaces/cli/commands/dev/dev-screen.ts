import type { DevSession } from '#dev/index.ts';
import type { Screen, Shown } from '../../command.ts';
import type { Keyboard } from '../../keyboard.ts';
import type { Window } from '../../terminal.ts';
import { createDevKeys } from './dev-keys.ts';
import { openFrame } from './frame.ts';
import { createKeyReader } from './keys.ts';
import { painted } from './line.ts';
import { screenLines } from './view.ts';

export interface DevScreenParts {
  readonly screen: Pick<Screen, 'out' | 'paintOut'>;
  readonly keyboard: Keyboard;
  readonly window: Window;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** Some 60 pictures in a second are as many as an eye tells apart; a task that logs a thousand lines draws no more often. */
const drawMs = 16;
const tickMs = 250;

/** Shows a session in place, with keys, until q or an interruption. Whatever ends it, the terminal is left as it was. */
export async function showDevScreen(session: DevSession, { screen, keyboard, window, signal, now }: DevScreenParts): Promise<Shown> {
  const frame = openFrame(window, (text) => screen.out(text));
  // A crash ends the process without coming back here; what is written then still reaches the terminal.
  const closeFrame = () => frame.close();
  process.once('exit', closeFrame);
  const { promise: ended, resolve: end } = Promise.withResolvers<Shown>();
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    timer = undefined;
    const { lines, scroll } = screenLines(session.state, keys.view, window.size(), now());
    keys.scrolledTo(scroll);
    frame.draw(lines.map((line) => painted(line, screen.paintOut)));
  };
  const redraw = () => void (timer ??= setTimeout(draw, drawMs));
  const keys = createDevKeys(session, { redraw, quit: () => end({ exit: 'ok' }), rowsOfPage: () => Math.max(1, window.size().rows - 6) });
  const reader = createKeyReader((key) => keys.press(key));
  const stopKeys = keyboard.listen((char) => reader.feed(char));
  const stopResize = window.onResize(() => {
    frame.forget();
    redraw();
  });
  const onAbort = () => end({ exit: 'interrupted' });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  // A run that goes on says how long it has, and a quick one never comes to that.
  const ticking = setInterval(() => session.state.running !== null && redraw(), tickMs);
  session.onChange(redraw);
  draw();
  try {
    return await ended;
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
    clearInterval(ticking);
    reader.close();
    stopKeys();
    stopResize();
    frame.close();
    process.off('exit', closeFrame);
  }
}
