import { shapeOf, type CommandShape, type Flag } from '#surfaces/cli/project.ts';
import { builtIns } from '../built-ins.ts';
import { actionsOf, depthOf, usualRow } from '../commands/find-row.ts';
import type { ConsoleRow } from '../commands/console-rows.ts';
import { consoleShape } from '../commands/console-shape.ts';
import { scan } from '../language/scan.ts';
import { outputFormats } from '../output.ts';
import { scriptTemplates } from '../commands/script-templates.ts';
import { fileOptions } from './file-options.ts';
import { jsonFieldOptions } from './json-field-options.ts';

/** What could stand where the cursor is. */
export interface Completion {
  /** Where the word begins that they replace. */
  readonly from: number;
  readonly options: readonly string[];
}

/** What completion asks a server; each answers with nothing where it cannot. */
export interface KnownNames {
  tasks: () => Promise<readonly string[]>;
  versions: (task: string) => Promise<readonly string[]>;
  inputFields: (task: string) => Promise<readonly string[]>;
  executions: () => Promise<readonly string[]>;
  jobs: () => Promise<readonly string[]>;
  schedules: () => Promise<readonly string[]>;
  repositories: () => Promise<readonly string[]>;
  workers: () => Promise<readonly string[]>;
  templates: () => Promise<readonly string[]>;
}

export interface CompletionParts {
  readonly rows: readonly ConsoleRow[];
  readonly names: KnownNames;
  /** Names of variables of the console and of the environment. */
  readonly variables: () => readonly string[];
  readonly scriptFolders: readonly string[];
}

/** Commands, actions, flags, values, names, files and variables, by what stands before the cursor. */
export async function complete(text: string, cursor: number, parts: CompletionParts): Promise<Completion | null> {
  const before = text.slice(0, cursor);
  const variable = /\$(\{(?:ENV:)?)?([A-Za-z_][A-Za-z0-9_]*)?$/.exec(before);
  if (variable !== null) {
    const [whole, brace] = variable;
    const options = parts.variables().map((name) => (brace === undefined ? `$${name}` : `$${brace}${name}}`));
    return matching(cursor - whole.length, whole, options);
  }
  const { tokens, commentAt } = scan(before);
  if (commentAt !== null) return null;
  const isNew = /\s$/.test(before) && !scan(before).goesOn;
  const done = isNew ? tokens : tokens.slice(0, -1);
  const last = isNew ? undefined : tokens.at(-1);
  const from = last?.start ?? cursor;
  const word = before.slice(from);
  const texts = done.map((token) => token.text);

  if (texts.at(-1) === '>' || texts.at(-1) === '>>') return files(from, word, []);
  const [first] = texts;
  if (first === undefined)
    return matching(from, word, [...new Set([...parts.rows.map((row) => row.words.split(' ')[0]!), ...builtIns.map(({ name }) => name)])]);
  if (first === 'source') return files(from, word, parts.scriptFolders);
  if (first === 'help') return matching(from, word, helpWords(texts.slice(1), parts.rows));
  if (first === 'unset' || first === 'env') return matching(from, word, parts.variables());
  if (builtIns.some(({ name }) => name === first)) return null;
  const depth = depthOf(texts, parts.rows);
  if (depth === 0) return null;
  const category = texts.slice(0, depth).join(' ');
  const row = parts.rows.find(({ words }) => words === category);
  if (depth === texts.length && !word.startsWith('-')) {
    const actions = matching(from, word, actionsOf(category, parts.rows));
    if (actions !== null || row === undefined) return actions;
  }
  const meant = row ?? (texts[depth]?.startsWith('-') === false ? undefined : usualRow(category, parts.rows));
  if (meant === undefined) return null;
  const shape = consoleShape(shapeOf((await meant.load()).operation), meant.words);
  return ofCommand({ shape, words: texts.slice(depth), from, word }, parts);
}

interface Place {
  readonly shape: CommandShape;
  /** What stands behind the words of the command. */
  readonly words: readonly string[];
  readonly from: number;
  readonly word: string;
}

async function ofCommand({ shape, words, from, word }: Place, parts: CompletionParts): Promise<Completion | null> {
  const flagBefore = flagOf(shape, words.at(-1));
  const equals = /^(--[a-z][a-z-]*)=([^]*)$/.exec(word);
  const bare = bareWords(shape, words);
  if (equals !== null) {
    const flag = flagOf(shape, equals[1]);
    const value = equals[2]!;
    return flag === null ? null : ofFlag(flag, from + word.length - value.length, value, bare, { shape, parts });
  }
  if (flagBefore !== null && flagBefore.kind !== 'switch') return ofFlag(flagBefore, from, word, bare, { shape, parts });
  if (word.startsWith('-')) {
    const names = [...shape.flags.map(({ name, kind }) => `--${kind === 'json' ? name.replace(/-json$/, '') : name}`), '--format'];
    return matching(
      from,
      word,
      [...new Set(names)].filter((name) => !words.includes(name)),
    );
  }
  if (/^['"]?[{[]/.test(word)) return ofInput(from, word, bare, parts);
  const flag = shape.positional[bare.length];
  return flag === undefined ? null : ofFlag(flag, from, word, bare, { shape, parts });
}

/** Words that belong to no flag. */
function bareWords(shape: CommandShape, words: readonly string[]): string[] {
  return words.filter((one, at) => {
    if (one.startsWith('--')) return false;
    const flag = flagOf(shape, words[at - 1]);
    return flag === null || flag.kind === 'switch';
  });
}

function flagOf(shape: CommandShape, word: string | undefined): Flag | null {
  if (word === undefined || !word.startsWith('--')) return null;
  if (word === '--format') return formatFlag;
  const name = word.slice(2);
  return shape.flags.find((flag) => flag.name === name || flag.name === `${name}-json`) ?? null;
}

const formatFlag: Flag = {
  field: 'format',
  name: 'format',
  kind: 'text',
  isRequired: false,
  choices: outputFormats,
  defaultValue: undefined,
  describe: '',
  isPath: false,
};

interface Around {
  readonly shape: CommandShape;
  readonly parts: CompletionParts;
}

async function ofFlag(
  flag: Flag,
  from: number,
  word: string,
  bare: readonly string[],
  { shape, parts }: Around,
): Promise<Completion | null> {
  if (flag.choices.length > 0)
    return matching(
      from,
      word,
      flag.choices.map((one) => one.toLowerCase()),
    );
  if (flag.isPath) return files(from, word, []);
  if (flag.kind === 'json') return ofInput(from, word, bare, parts);
  const { names } = parts;
  const noun = shape.words.split(' ')[0];
  const task = bare[0];
  switch (flag.field) {
    case 'task':
    case 'taskId':
    case 'taskName':
      return matching(from, word, await names.tasks());
    case 'template':
      return matching(from, word, await names.templates());
    case 'version':
    case 'from':
    case 'to':
      return task === undefined ? null : matching(from, word, await names.versions(task));
    case 'status':
      return matching(from, word, [...(/: ([a-z, ]+);/.exec(flag.describe)?.[1]?.split(', ') ?? [])]);
    case 'id':
    case 'executionId':
    case 'jobId':
    case 'name': {
      const known: Readonly<Record<string, () => Promise<readonly string[]>>> = {
        task: names.tasks,
        execution: names.executions,
        analyze: names.executions,
        job: names.jobs,
        schedule: names.schedules,
        repo: names.repositories,
        worker: names.workers,
        result: names.executions,
        template: names.templates,
        script: async () => scriptTemplates.map((one) => one.name),
      };
      const list = shape.words === 'job trigger' ? names.schedules : known[noun ?? ''];
      return list === undefined ? null : matching(from, word, await list());
    }
    default:
      return null;
  }
}

/** Fields of the input of the task that is named. */
async function ofInput(from: number, word: string, bare: readonly string[], { names }: CompletionParts): Promise<Completion | null> {
  const task = bare[0];
  if (task === undefined) return null;
  return jsonFieldOptions(from, word, await names.inputFields(task));
}

function helpWords(said: readonly string[], rows: readonly ConsoleRow[]): string[] {
  if (said.length > 0) return actionsOf(said.join(' '), rows);
  return [...new Set([...rows.map(({ words }) => words.split(' ')[0]!), ...builtIns.map(({ name }) => name)])];
}

function files(from: number, word: string, folders: readonly string[]): Completion | null {
  return matching(from, word, fileOptions(word, folders));
}

function matching(from: number, word: string, options: readonly string[]): Completion | null {
  const found = options.filter((one) => one.startsWith(word));
  return found.length === 0 ? null : { from, options: [...new Set(found)].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })) };
}
