import type { DevSession } from '#dev/index.ts';
import { RatchetError } from '#kernel/index.ts';
import { parseJson } from '../../parse-json.ts';
import type { Key } from './keys.ts';
import { afterKey } from './line-editor.ts';
import { firstView, type View } from './view.ts';

/** What keys do: they change what is seen, or ask the session for something. */
export interface DevKeys {
  readonly view: View;
  press(key: Key): void;
  /** What is really the furthest, once it was drawn. */
  scrolledTo(line: number): void;
}

export function createDevKeys(session: DevSession, hands: { redraw(): void; quit(): void; rowsOfPage(): number }): DevKeys {
  let view = firstView;
  const show = (part: Partial<View>) => {
    view = { ...view, ...part };
    hands.redraw();
  };
  const edit = (value: unknown) => {
    const text = JSON.stringify(value) ?? '{}';
    show({ mode: 'edit', edited: { text, cursor: text.length }, editError: null });
  };
  const current = () => session.state.run?.input ?? session.state.wish.typed?.value ?? session.state.choices[0]?.input ?? {};

  const look = (key: Key) => {
    if (key.kind !== 'text') {
      const moves: Partial<Record<Key['kind'], number>> = {
        up: -1,
        down: 1,
        'page-up': -hands.rowsOfPage(),
        'page-down': hands.rowsOfPage(),
        home: -Infinity,
        end: Infinity,
      };
      const by = moves[key.kind];
      if (by !== undefined) show({ scroll: Math.max(0, Number.isFinite(by) ? view.scroll + by : by > 0 ? Number.MAX_SAFE_INTEGER : 0) });
      else if (key.kind === 'enter') void session.rerun();
      return;
    }
    const actions: Record<string, () => void> = {
      r: () => void session.rerun(),
      i() {
        const source = session.state.run?.source;
        const at =
          source?.kind === 'test' ? session.state.choices.findIndex(({ name }) => name === source.name) : session.state.choices.length;
        if (session.state.choices.length === 0) edit(current());
        else show({ mode: 'pick', picked: Math.max(0, at) });
      },
      p: () => void session.toggleHttp(),
      l: () => session.toggleLogs(),
      t: () => void session.writeTrace(),
      s: () => void session.saveTest(),
      q: () => hands.quit(),
      j: () => show({ scroll: view.scroll + 1 }),
      k: () => show({ scroll: Math.max(0, view.scroll - 1) }),
    };
    actions[key.text.toLowerCase()]?.();
  };

  const pick = (key: Key) => {
    const { choices } = session.state;
    const chosen = choices[view.picked];
    if (key.kind === 'up' || (key.kind === 'text' && key.text === 'k'))
      show({ picked: (view.picked + choices.length) % (choices.length + 1) });
    else if (key.kind === 'down' || key.kind === 'tab' || (key.kind === 'text' && key.text === 'j'))
      show({ picked: (view.picked + 1) % (choices.length + 1) });
    else if (key.kind === 'escape' || (key.kind === 'text' && key.text === 'q')) show({ mode: 'look' });
    else if (key.kind === 'text' && key.text === 'e') edit(chosen?.input ?? current());
    else if (key.kind === 'enter') {
      if (chosen === undefined) return edit(current());
      show({ mode: 'look' });
      void session.changeInput({ typed: null, test: chosen.name });
    }
  };

  const type = (key: Key) => {
    if (key.kind === 'escape') return show({ mode: 'look' });
    if (key.kind !== 'enter') return show({ edited: afterKey(view.edited, key), editError: null });
    try {
      const value = parseJson(view.edited.text, 'The input');
      show({ mode: 'look' });
      void session.changeInput({ typed: { value, kind: 'edited' } });
    } catch (caught) {
      show({ editError: caught instanceof RatchetError ? caught.message : String(caught) });
    }
  };

  return {
    get view() {
      return view;
    },
    press(key) {
      // Tests may have gone while somebody chose among them.
      if (view.mode === 'pick') view = { ...view, picked: Math.min(view.picked, session.state.choices.length) };
      if (view.mode === 'look') look(key);
      else if (view.mode === 'pick') pick(key);
      else type(key);
    },
    scrolledTo(line) {
      if (view.scroll !== line) view = { ...view, scroll: line };
    },
  };
}
