import { serverSettingOperations } from '#server-settings/operations.ts';
import type { Client } from '#surfaces/client/client.ts';
import { z } from 'zod';
import type { Command, Screen, Shown } from '../command.ts';
import { commandLineInvalid } from '../errors.ts';
import { jsonText, printable } from '../terminal.ts';
import type { Column } from './columns.ts';
import { commandOf } from './command-of.ts';
import type { Performing, RemoteOperation, RemoteSpec } from './remote-command.ts';
import { recordText } from './record-text.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';
import { tableText } from './table.ts';

export const settingCommand = (words: string): Command => commandOf(words, serverSettingOperations, specs);

type Input = Readonly<Record<string, unknown>>;

const specs: Readonly<Record<string, RemoteSpec>> = {
  'server config get': { show: showSettings },
  'server config set': {
    hides: ['values'],
    moreFlags: {
      key: z.string().optional().describe('The setting, such as http.timeout'),
      value: z.string().optional().describe('Its new value: JSON, or a text as it is'),
      values: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('Several settings, which change together or not at all: {"http.timeout": "10s"}'),
    },
    positional: ['key', 'value'],
    moreExamples: [
      { line: 'ratchet server config set http.timeout 20s --save', about: 'Writes it into the configuration file of the server as well' },
      {
        line: `ratchet server config set --values-json '{"logging.level": "debug", "retention.logs": "3d"}'`,
        about: 'Changes two settings together',
      },
    ],
    perform: setValues,
    show: showChanged,
  },
  'server config reset': { show: showChanged },
  'server reload': { show: showReloaded },
};

async function setValues(client: Client, operation: RemoteOperation, input: Input, { options }: Performing): Promise<unknown> {
  const { key, value, values, save } = input as { key?: string; value?: string; values?: Input; save?: boolean };
  if ((key === undefined) !== (value === undefined) || (key === undefined && values === undefined)) {
    throw commandLineInvalid({
      problem: key === undefined ? 'it is not said which setting is to be changed' : `the new value of ${key} is missing`,
      command: 'ratchet server config set',
      usage: 'ratchet server config set <key> <value>',
    });
  }
  const all = { ...values, ...(key === undefined ? {} : { [key]: valueOf(value!) }) };
  return client.call(operation, { values: all, ...(save === undefined ? {} : { save }) }, { signal: options.signal });
}

/** What was typed, as a file would say it: `5`, `true` and `["a"]` are values, `10s` is a text. */
function valueOf(typed: string): unknown {
  try {
    return JSON.parse(typed) as unknown;
  } catch {
    return typed;
  }
}

interface ShownSetting {
  readonly key: string;
  readonly value: unknown;
  readonly source: string;
  readonly effect: 'live' | 'restart' | 'none';
  readonly canChange: boolean;
}

const columns: readonly Column[] = [
  { field: 'key', title: 'SETTING' },
  { field: 'value', title: 'VALUE', isFlexible: true },
  { field: 'source', title: 'FROM', isFlexible: true },
  { field: 'change', title: 'CHANGE' },
];

const inWords = (value: unknown): string => (typeof value === 'string' ? value : jsonText(value, false));

/** One setting with all that is known of it, several as a table. */
function showSettings(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { settings } = answer as { readonly settings: readonly ShownSetting[] };
  const [only] = settings;
  if (only === undefined) screen.err('Everything is as it is anyway.\n');
  else if (settings.length === 1) screen.out(recordText({ ...only }, { now: view.now, paint: screen.paintOut }));
  else screen.out(tableText(settings.map(rowOf), columns, { ...view, paint: screen.paintOut }));
  return { exit: 'ok' };
}

function rowOf({ key, value, source, effect, canChange }: ShownSetting): Input {
  const change = effect === 'restart' ? 'restart' : effect === 'none' ? 'no effect' : canChange ? 'live' : 'in the file';
  return { key, value: value === null ? 'none' : inWords(value), source, change };
}

interface Move {
  readonly key: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly source: string;
}

const moveText = ({ key, from, to }: Move) => printable(`${key}: ${inWords(from)} -> ${inWords(to)}`);

function showChanged(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { changed, remarks, savedTo } = answer as {
    readonly changed: readonly Move[];
    readonly remarks: readonly { readonly key: string; readonly remark: string }[];
    readonly savedTo: string | null;
  };
  if (changed.length === 0) screen.out('Nothing has changed: it was so already.\n');
  for (const move of changed) screen.out(`${moveText(move)}\n`);
  for (const { key, remark } of remarks) screen.err(`${screen.paintErr('yellow', printable(`${key}: ${remark}`))}\n`);
  if (savedTo !== null) screen.out(`Written into ${printable(savedTo)}.\n`);
  return { exit: 'ok' };
}

function showReloaded(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { file, changed, needRestart, kept } = answer as {
    readonly file: string | null;
    readonly changed: readonly Move[];
    readonly needRestart: readonly Move[];
    readonly kept: readonly Move[];
  };
  if (file === null) screen.out('The server was started without a configuration file.\n');
  else screen.out(`Read ${printable(file)}: ${changed.length === 0 ? 'nothing has changed' : `${changed.length} changed`}.\n`);
  for (const move of changed) screen.out(`  ${moveText(move)}\n`);
  for (const move of needRestart) screen.out(`${screen.paintOut('yellow', 'after a restart')}  ${moveText(move)}\n`);
  for (const { key, from, to, source } of kept) {
    screen.out(`set while running  ${printable(`${key} stays ${inWords(from)}; ${inWords(to)} is said by ${source}`)}\n`);
  }
  return { exit: 'ok' };
}
