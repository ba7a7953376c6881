import { followEvents } from '#events/operations.ts';
import { RatchetError } from '#kernel/index.ts';
import { openFrame } from '#surfaces/cli/commands/dev/frame.ts';
import { createKeyReader } from '#surfaces/cli/commands/dev/keys.ts';
import { painted } from '#surfaces/cli/commands/dev/line.ts';
import type { Keyboard } from '#surfaces/cli/keyboard.ts';
import type { Screen } from '#surfaces/cli/command.ts';
import type { Window } from '#surfaces/cli/terminal.ts';
import type { Client } from '#surfaces/client/client.ts';
import type { Target } from '../connection.ts';
import { askSnapshot, fulfil } from './monitor-data.ts';
import {
  afterEvent,
  afterMonitorKey,
  afterSnapshot,
  atTime,
  firstState,
  type MonitorState,
  type MonitorWish,
  type View,
} from './monitor-state.ts';
import { monitorLines } from './monitor-view.ts';

export interface MonitorParts {
  readonly client: Client;
  readonly target: Target;
  readonly screen: Pick<Screen, 'out' | 'paintOut'>;
  readonly keyboard: Keyboard;
  readonly window: Window;
  /** What it shows first. */
  readonly view: View;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** As many pictures in a second as an eye tells apart on a terminal that may be far away. */
const drawMs = 50;
/** Clocks go on while nothing else happens. */
const tickMs = 1_000;
/** Events come in bunches: the lists are asked for once for all of them, and now and then without any. */
const settleMs = 300;
const refreshMs = 5_000;

/** Draws the server until the person leaves. Whatever ends it, the terminal is as it was. @throws why the server does not answer, where it does not at the end */
export async function runMonitor({ client, target, screen, keyboard, window, view, signal, now }: MonitorParts): Promise<void> {
  const ending = new AbortController();
  const stopping = AbortSignal.any([signal, ending.signal]);
  const frame = openFrame(window, (text) => screen.out(text));
  const closeFrame = () => frame.close();
  process.once('exit', closeFrame);
  let state = firstState(target.url, now(), view);
  let drawing: NodeJS.Timeout | undefined;
  let refreshing: NodeJS.Timeout | undefined;
  let isAsking = false;
  /** Why the server does not answer; null while it does. */
  let lost: unknown = null;

  const draw = () => {
    drawing = undefined;
    state = atTime(state, now());
    frame.draw(monitorLines(state, window.size(), now()).map((line) => painted(line, screen.paintOut)));
  };
  const become = (next: MonitorState) => {
    state = next;
    drawing ??= setTimeout(draw, drawMs);
  };
  const refresh = async () => {
    refreshing = undefined;
    if (isAsking) return refreshSoon();
    isAsking = true;
    try {
      const snapshot = await askSnapshot(client, target, stopping, state.view);
      lost = null;
      become(afterSnapshot(state, snapshot));
    } catch (caught) {
      if (stopping.aborted) return;
      lost = caught;
      become({ ...state, isConnected: false, notice: { text: textOf(caught), isError: true } });
    } finally {
      isAsking = false;
    }
  };
  const refreshSoon = () => {
    if (!stopping.aborted) refreshing ??= setTimeout(() => void refresh(), settleMs);
  };
  const listen = async () => {
    while (!stopping.aborted) {
      try {
        for await (const { kind, data } of client.follow(followEvents, {}, { signal: stopping })) {
          become(afterEvent(atTime(state, now()), { kind, ...data }));
          if (kind !== 'execution.progress' && kind !== 'execution.log') refreshSoon();
        }
      } catch {
        // The lists say that the server does not answer; the events are looked for again with them.
      }
      if (!stopping.aborted) await pauseFor(refreshMs, stopping);
    }
  };
  const wish = async (wanted: MonitorWish) => {
    if (wanted.kind === 'quit') return ending.abort();
    try {
      const got = await fulfil(client, wanted, state.snapshot?.isPaused ?? false, { signal: stopping, now: now() });
      if ('notice' in got) become({ ...state, notice: { text: got.notice, isError: false } });
      else become({ ...state, opened: { ...got, scroll: 0 }, notice: null });
    } catch (caught) {
      if (!stopping.aborted) become({ ...state, notice: { text: textOf(caught), isError: true } });
    }
    refreshSoon();
  };

  const reader = createKeyReader((key) => {
    const after = afterMonitorKey(state, key);
    if (after.state.view !== state.view) refreshSoon();
    become(after.state);
    if (after.wish !== null) void wish(after.wish);
  });
  const stopKeys = keyboard.listen((char) => reader.feed(char));
  const stopResize = window.onResize(() => {
    frame.forget();
    become(state);
  });
  const ticking = setInterval(() => become(state), tickMs);
  const asking = setInterval(refreshSoon, refreshMs);
  const listening = listen();
  draw();
  void refresh();
  try {
    await new Promise<void>((resolve) => {
      if (stopping.aborted) resolve();
      else stopping.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    ending.abort();
    for (const timer of [drawing, refreshing]) clearTimeout(timer);
    for (const timer of [ticking, asking]) clearInterval(timer);
    reader.close();
    stopKeys();
    stopResize();
    frame.close();
    process.off('exit', closeFrame);
    await listening;
  }
  // Whoever leaves a picture of a server that is gone is told so once more, where it can be read.
  if (lost !== null && !signal.aborted) throw lost;
}

const textOf = (caught: unknown) => (caught instanceof RatchetError ? caught.message : 'The server could not be asked.');

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
