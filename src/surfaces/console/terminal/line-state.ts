import { afterKey, type EditedText } from '#surfaces/cli/commands/dev/line-editor.ts';
import type { Key } from '#surfaces/cli/commands/dev/keys.ts';

/** A line being typed, with what was typed before at hand. */
export interface LineState {
  readonly edited: EditedText;
  /** Where in the history it is looked; the length of it for the line itself. */
  readonly at: number;
  /** The line itself while the history is looked through. */
  readonly draft: string;
  /** What is searched for; null while nothing is. */
  readonly search: { readonly query: string; readonly at: number } | null;
}

/** What has to happen besides. */
export type LineEvent = 'submit' | 'leave' | 'complete' | 'redraw' | null;

export const emptyLine = (history: readonly string[]): LineState => ({
  edited: { text: '', cursor: 0 },
  at: history.length,
  draft: '',
  search: null,
});

const withText = (state: LineState, text: string): LineState => ({ ...state, edited: { text, cursor: text.length } });

/** The line after one more key. */
export function afterLineKey(state: LineState, key: Key, history: readonly string[]): { state: LineState; event: LineEvent } {
  if (state.search !== null) return afterSearchKey(state, state.search, key, history);
  const { edited } = state;
  switch (key.kind) {
    case 'enter':
      return { state, event: 'submit' };
    case 'end-of-input':
      return edited.text === '' ? { state, event: 'leave' } : { state: { ...state, edited: afterKey(edited, key) }, event: null };
    case 'tab':
      return edited.text.slice(0, edited.cursor).trim() === ''
        ? { state: { ...state, edited: afterKey(edited, { kind: 'text', text: '  ' }) }, event: null }
        : { state, event: 'complete' };
    case 'redraw':
      return { state, event: 'redraw' };
    case 'search':
      return { state: { ...state, search: { query: '', at: history.length } }, event: null };
    case 'up':
      return { state: moved(state, -1, history), event: null };
    case 'down':
      return { state: moved(state, 1, history), event: null };
    case 'right':
    case 'end':
      if (edited.cursor === edited.text.length) return { state: withText(state, edited.text + suggestion(state, history)), event: null };
      return { state: { ...state, edited: afterKey(edited, key) }, event: null };
    case 'escape':
    case 'cancel':
      return { state, event: null };
    default:
      return { state: { ...state, edited: afterKey(edited, key) }, event: null };
  }
}

function moved(state: LineState, by: number, history: readonly string[]): LineState {
  const at = Math.max(0, Math.min(history.length, state.at + by));
  if (at === state.at) return state;
  const draft = state.at === history.length ? state.edited.text : state.draft;
  return { ...withText(state, at === history.length ? draft : history[at]!), at, draft };
}

/** What the latest line that begins so had behind it; nothing while the cursor stands elsewhere than at the end. */
export function suggestion({ edited: { text, cursor }, at }: LineState, history: readonly string[]): string {
  if (text.trim() === '' || cursor !== text.length || at !== history.length) return '';
  const found = history.findLast((line) => line.length > text.length && line.startsWith(text) && !line.includes('\n'));
  return found?.slice(text.length) ?? '';
}

/** The line that a search has found; null for none. */
export function foundLine({ search }: LineState, history: readonly string[]): string | null {
  if (search === null || search.query === '') return null;
  return history[search.at] ?? null;
}

function searched(query: string, from: number, history: readonly string[]): number {
  if (query === '') return history.length;
  for (let at = Math.min(from, history.length - 1); at >= 0; at--) if (history[at]!.includes(query)) return at;
  return -1;
}

type Search = NonNullable<LineState['search']>;

function afterSearchKey(state: LineState, search: Search, key: Key, history: readonly string[]): { state: LineState; event: LineEvent } {
  const { query, at } = search;
  const found = foundLine(state, history);
  const seek = (wanted: string, from: number) => {
    const next = searched(wanted, from, history);
    return { state: { ...state, search: { query: wanted, at: next } }, event: null };
  };
  const accepted: LineState = { ...(found === null ? state : withText(state, found)), search: null };
  switch (key.kind) {
    case 'text':
      return seek(query + key.text, Math.max(0, at === -1 ? history.length : at));
    case 'backspace':
      return seek(query.slice(0, -1), history.length);
    case 'search': {
      const next = searched(query, at - 1, history);
      // The oldest stays in sight when there is none before it.
      return next < 0 ? { state, event: null } : { state: { ...state, search: { query, at: next } }, event: null };
    }
    case 'cancel':
    case 'escape':
      return { state: { ...state, search: null }, event: null };
    case 'enter':
      return { state: accepted, event: 'submit' };
    default:
      return afterLineKey(accepted, key, history);
  }
}
