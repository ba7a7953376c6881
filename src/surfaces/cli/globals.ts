import { logLevels } from '#observe/index.ts';
import { formats, type Format } from './command.ts';

/** A flag that every command has. */
export interface GlobalFlag {
  name: string;
  /** What stands for the value in help; absent for a switch. */
  placeholder?: string;
  choices: readonly string[];
  describe: string;
  isPath: boolean;
}

export const globalFlags: readonly GlobalFlag[] = [
  { name: 'config', placeholder: 'path', choices: [], describe: 'Configuration file (YAML)', isPath: true },
  {
    name: 'profile',
    placeholder: 'name',
    choices: [],
    describe: 'Profile of the configuration: development, production, test, or one of the file',
    isPath: false,
  },
  {
    name: 'format',
    placeholder: formats.join('|'),
    choices: formats,
    describe: 'How the result is printed: json is one line',
    isPath: false,
  },
  {
    name: 'log-level',
    placeholder: 'level',
    choices: logLevels,
    describe: 'Least important level shown: trace, debug, info, warn or error',
    isPath: false,
  },
  {
    name: 'log-format',
    placeholder: 'text|json',
    choices: ['text', 'json'],
    describe: 'How the log of Ratchet itself is written',
    isPath: false,
  },
  { name: 'no-color', choices: [], describe: 'No colours, whatever the terminal can do', isPath: false },
];

/** The values of the flags that every command has, as typed. */
export interface Globals {
  config?: string;
  profile?: string;
  logLevel?: string;
  logFormat?: 'text' | 'json';
  format: Format;
  isColorRefused: boolean;
}

/**
 * The flags that every command has, found without understanding the rest of the command line: for errors about the command line itself,
 * and to open the application while the rest is being read.
 */
export function guessGlobals(argv: readonly string[]): Globals {
  const valueOf = (name: string): string | undefined => {
    const at = argv.findLastIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    return at < 0 ? undefined : argv[at]!.includes('=') ? argv[at]!.slice(name.length + 3) : argv[at + 1];
  };
  const [config, profile, logLevel, logFormat, format] = ['config', 'profile', 'log-level', 'log-format', 'format'].map(valueOf);
  return {
    ...(config === undefined ? {} : { config }),
    // `run-once --profile` is a CPU profile: there the one of the configuration stands before the command.
    ...(profile === undefined || wordsOf(argv)[0] === 'run-once' ? {} : { profile }),
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(logFormat === 'text' || logFormat === 'json' ? { logFormat } : {}),
    format: formats.find((one) => one === format) ?? 'auto',
    isColorRefused: argv.includes('--no-color'),
  };
}

/** Whether two readings would open the same application. */
export function sameGlobals(a: Globals, b: Globals): boolean {
  return a.config === b.config && a.profile === b.profile && a.logLevel === b.logLevel && a.logFormat === b.logFormat;
}

/** The bare words at the front that may name a command, without flags and the values of the flags that every command has. */
export function wordsOf(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (let at = 0; at < argv.length && words.length < 3; at++) {
    const arg = argv[at]!;
    if (!arg.startsWith('-')) words.push(arg);
    else if (words.length === 0 && globalFlags.some((flag) => flag.placeholder && arg === `--${flag.name}`)) at++;
  }
  return words[0] === 'help' ? words.slice(1) : words;
}
