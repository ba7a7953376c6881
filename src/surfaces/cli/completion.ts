import { globalFlags } from './globals.ts';
import type { CommandShape } from './project.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

interface Entry {
  /** With dashes. */
  flag: string;
  describe: string;
  values: readonly string[];
  takesValue: boolean;
  isPath: boolean;
}

interface Known {
  words: string;
  summary: string;
  entries: readonly Entry[];
  /** What the first bare word may be. */
  bare: { values: readonly string[]; isPath: boolean } | null;
}

/** The script that teaches a shell the commands, their flags and the values these take. */
export function completionScript(shell: Shell, shapes: readonly CommandShape[]): string {
  const known = shapes.map(knownOf);
  if (shell === 'fish') return fish(known);
  return shell === 'zsh' ? `#compdef ratchet\nautoload -U +X bashcompinit && bashcompinit\n${bash(known)}` : bash(known);
}

function knownOf(shape: CommandShape): Known {
  const own = shape.flags.map((flag) => ({
    flag: `--${flag.name}`,
    describe: flag.describe,
    values: flag.choices,
    // What may stand without a value must not keep the next word from being completed as an argument.
    takesValue: flag.kind !== 'switch' && flag.kind !== 'optional-number' && flag.kind !== 'optional-text',
    isPath: flag.isPath,
  }));
  const everywhere = globalFlags
    .filter((flag) => !own.some((entry) => entry.flag === `--${flag.name}`))
    .map((flag) => ({
      flag: `--${flag.name}`,
      describe: flag.describe,
      values: flag.choices,
      takesValue: flag.placeholder !== undefined,
      isPath: flag.isPath,
    }));
  const help = { flag: '--help', describe: 'Show help, with examples', values: [], takesValue: false, isPath: false };
  const [first] = shape.positional;
  return {
    words: shape.words,
    summary: shape.summary,
    entries: [...own, ...everywhere, help],
    bare: first ? { values: first.choices, isPath: first.isPath } : null,
  };
}

/** Written for bash 3.2, which macOS still has: no associative arrays, no `compopt` without asking. */
function bash(known: readonly Known[]): string {
  const branches = known.map(
    ({ words, entries, bare }) => `    ${quote(words)})
      case "$previous" in
${entries
  .filter((entry) => entry.takesValue)
  .map(
    (entry) => `        ${entry.flag}) ${entry.isPath ? '_ratchet_files' : `_ratchet_words ${quote(entry.values.join(' '))}`}; return ;;\n`,
  )
  .join('')}      esac
      case "$current" in
        -*) _ratchet_words ${quote(entries.map((entry) => entry.flag).join(' '))} ;;
        *) ${bare === null ? ':' : bare.isPath ? '_ratchet_files' : `_ratchet_words ${quote(bare.values.join(' '))}`} ;;
      esac ;;
`,
  );
  const firsts = [...new Set(known.map(({ words }) => words.split(' ')[0]!)), 'help'];
  // The longest first: the words of `server config` begin with those of `server`.
  const groups = [...new Set(known.flatMap(({ words }) => groupsAbove(words)))].toSorted((a, b) => b.length - a.length);
  const groupBranches = groups.map((group) => {
    const depth = group.split(' ').length;
    const next = known.filter(({ words }) => words.startsWith(`${group} `)).map(({ words }) => words.split(' ')[depth]!);
    return `    ${quote(group)}) _ratchet_words ${quote([...new Set(next)].join(' '))} ;;\n`;
  });
  return `_ratchet_words() { COMPREPLY=($(compgen -W "$1" -- "$current")); }
_ratchet_files() {
  COMPREPLY=()
  local found
  while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -f -- "$current")
  type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
}
_ratchet() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word index
  # bash takes "=" for a word of its own: --flag = value
  if [ "$current" = "=" ]; then current=""; elif [ "$previous" = "=" ]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in
      -*) ;;
      *) case "\${command:+$command }$word" in
          ${[...known.map(({ words }) => quote(words)), ...groups.map(quote)].join('|')}) command="\${command:+$command }$word" ;;
        esac ;;
    esac
  done
  COMPREPLY=()
  case "$command" in
${branches.join('')}${groupBranches.join('')}    *)
      case "$previous" in
${globalFlags
  .filter((flag) => flag.placeholder)
  .map(
    (flag) => `        --${flag.name}) ${flag.isPath ? '_ratchet_files' : `_ratchet_words ${quote(flag.choices.join(' '))}`}; return ;;\n`,
  )
  .join('')}      esac
      _ratchet_words ${quote([...firsts, ...globalFlags.map((flag) => `--${flag.name}`), '--help', '--version'].join(' '))} ;;
  esac
}
complete -F _ratchet ratchet ratchet.js
`;
}

/** `server` and `server config` of `server config get`. */
function groupsAbove(words: string): string[] {
  return [...words.matchAll(/ /g)].map(({ index }) => words.slice(0, index));
}

function fish(known: readonly Known[]): string {
  const lines = ['complete -c ratchet -f'];
  for (const { words, summary, entries, bare } of known) {
    const path = words.split(' ');
    // `ratchet server config` has seen `config` too, and is not below the command `config`.
    const elsewhere = new Set(known.flatMap(({ words: other }) => (other.split(' ').indexOf(path[0]!) > 0 ? [other.split(' ')[0]!] : [])));
    const notThere = [...elsewhere].map((first) => `; and not __fish_seen_subcommand_from ${first}`).join('');
    const seen = path.map((word, index) => `__fish_seen_subcommand_from ${word}${index === 0 ? notThere : ''}`);
    const isHere = seen.join('; and ');
    path.forEach((word, index) => {
      const isBelow =
        index === 0 ? '__fish_use_subcommand' : quote([...seen.slice(0, index), `not __fish_seen_subcommand_from ${word}`].join('; and '));
      const about = index === path.length - 1 ? ` -d ${quote(summary)}` : '';
      lines.push(`complete -c ratchet -n ${isBelow} -a ${word}${about}`);
    });
    for (const { flag, describe, values, takesValue, isPath } of entries) {
      const value = takesValue ? (isPath ? ' -r -F' : ` -x${values.length > 0 ? ` -a ${quote(values.join(' '))}` : ''}`) : '';
      lines.push(`complete -c ratchet -n ${quote(isHere)} -l ${flag.slice(2)}${value} -d ${quote(describe)}`);
    }
    if (bare) lines.push(`complete -c ratchet -n ${quote(isHere)} ${bare.isPath ? '-F' : `-a ${quote(bare.values.join(' '))}`}`);
  }
  return `${lines.join('\n')}\n`;
}

/** For a shell, in single quotes. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
