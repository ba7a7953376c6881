import { consoleLineInvalid } from './errors.ts';
import { nearest } from './commands/find-row.ts';
import { variableName, type Variables } from './language/variables.ts';

/** Commands of the console itself, which need no server. */
export const builtIns = [
  { name: 'help', usage: 'help [command]', summary: 'Show commands, or the flags of one' },
  { name: 'exit', usage: 'exit', summary: 'Leave the console' },
  { name: 'quit', usage: 'quit', summary: 'Leave the console' },
  { name: 'clear', usage: 'clear', summary: 'Clear the screen' },
  { name: 'history', usage: 'history [text]', summary: 'List what was typed, or what of it holds a text' },
  { name: 'set', usage: 'set X = value', summary: 'Set a variable' },
  { name: 'unset', usage: 'unset X', summary: 'Remove a variable' },
  { name: 'vars', usage: 'vars', summary: 'List variables' },
  { name: 'env', usage: 'env [X]', summary: 'List the environment, or one variable of it' },
  { name: 'echo', usage: 'echo text', summary: 'Print a text' },
  { name: 'source', usage: 'source <file>', summary: 'Run a script' },
  { name: 'connect', usage: 'connect [url]', summary: 'Connect to a server' },
  { name: 'disconnect', usage: 'disconnect', summary: 'Let go of the server' },
] as const;

export type BuiltInName = (typeof builtIns)[number]['name'];

/** Other names they are found under. */
const otherNames: Readonly<Record<string, BuiltInName>> = { 'help-extended': 'help', '?': 'help' };

export function builtInOf(word: string): BuiltInName | null {
  return otherNames[word] ?? builtIns.find(({ name }) => name === word)?.name ?? null;
}

/** `set X = value`: the sign stands alone, the value is the rest of the line with single blanks, quotes kept. @throws CONSOLE_LINE_INVALID */
export function setVariable(text: string, variables: Variables): string {
  const [, name = '', sign, ...words] = text.split(/\s+/);
  if (sign !== '=' || words.length === 0 || !variableName.test(name))
    throw consoleLineInvalid({ problem: 'Usage: set <variable> = <value>', help: '' });
  variables.set(name, words.join(' '));
  return `Set ${name} = ${words.join(' ')}`;
}

/** @throws CONSOLE_LINE_INVALID */
export function unsetVariable(text: string, variables: Variables): string {
  const [, name] = text.split(/\s+/);
  if (name === undefined) throw consoleLineInvalid({ problem: 'Usage: unset <variable>', help: '' });
  if (variables.unset(name)) return `Unset ${name}`;
  const names = variables.entries().map(([one]) => one);
  return `Variable ${name} not found${nearest(name, names, true)}`;
}

export function variablesText(variables: Variables): string {
  return variables
    .entries()
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** @returns the text, and whether the variable was there */
export function environmentText(name: string | undefined, environment: NodeJS.ProcessEnv): { text: string; isFound: boolean } {
  if (name === undefined) {
    const lines = Object.entries(environment).map(([key, value]) => `${key}=${value ?? ''}\n`);
    return { text: lines.toSorted().join(''), isFound: true };
  }
  const value = environment[name];
  return value === undefined
    ? { text: `Environment variable '${name}' not found`, isFound: false }
    : { text: `${name}=${value}\n`, isFound: true };
}
