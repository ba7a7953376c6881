import {
  initRepositoryOperation,
  refreshRepositoryOperation,
  repositoryTasksInvalid,
  type InitAnswer,
  type RefreshAnswer,
} from '#sources/repository-folder/operations.ts';
import { command, type Screen, type Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';

export const repoInitCommand = command({
  operation: initRepositoryOperation,
  services: async () => ({}),
  show(answer, screen) {
    screen.out(screen.format === 'auto' ? initText(answer) : `${jsonText(answer, screen.format === 'pretty')}\n`);
    return { exit: 'ok' };
  },
});

export const repoRefreshCommand = command({
  operation: refreshRepositoryOperation,
  services: async () => ({}),
  show: showRefreshed,
});

const structure = [
  ['.ratchet/registry.yaml', 'what the repository is, and where it looks for tasks'],
  ['.ratchet/index.json', 'what is in it; written by ratchet repo refresh-metadata'],
  ['tasks/', 'a folder for each task'],
  ['collections/', '<name>.yaml: tasks that belong together'],
  ['templates/', 'tasks to start new ones from'],
  ['README.md', 'for those who read it'],
] as const;

/** The signs are part of what these commands have always printed. */
function initText({ folder, problems }: InitAnswer): string {
  const width = Math.max(...structure.map(([path]) => path.length)) + 2;
  const lines = [
    `✅ Task repository initialized at: ${JSON.stringify(folder)}`,
    '',
    'Structure:',
    ...structure.map(([path, about]) => `  ${path.padEnd(width)}${about}`),
    '',
    'Next steps:',
    `  ratchet generate task ${folder.replace(/\/$/, '')}/tasks/my-task`,
    `  ratchet repo refresh-metadata ${folder}`,
  ];
  if (problems.length > 0) lines.push('', 'Not in the index:', ...problems.map(problemLine));
  return `${lines.join('\n')}\n`;
}

function problemLine({ path, error }: InitAnswer['problems'][number]): string {
  return `   ❌ ${printable(path)}: ${printable(error)}`;
}

function showRefreshed(answer: RefreshAnswer, screen: Screen, { force }: Readonly<Record<string, unknown>>): Shown {
  screen.out(screen.format === 'auto' ? refreshText(answer, force === true) : `${jsonText(answer, screen.format === 'pretty')}\n`);
  const { folder, problems } = answer;
  if (problems.length === 0 || force === true) return { exit: 'ok' };
  return { exit: 'invalidTask', error: repositoryTasksInvalid({ folder, problems }) };
}

function refreshText({ tasks, problems, statistics, collections, templates, isWritten, index }: RefreshAnswer, isForced: boolean): string {
  const counts = (of: Readonly<Record<string, number>>) => Object.entries(of).map(([word, count]) => `${printable(word)} ${count}`);
  const lines = [...tasks.map(({ name }) => `   ✅ ${printable(name)}`), ...problems.map(problemLine), '', `Tasks:       ${tasks.length}`];
  if (counts(statistics.categories).length > 0) lines.push(`Categories:  ${counts(statistics.categories).join(', ')}`);
  if (counts(statistics.complexity_distribution).length > 0) {
    lines.push(`Complexity:  ${counts(statistics.complexity_distribution).join(', ')}`);
  }
  lines.push(`Collections: ${collections}`, `Templates:   ${templates}`);
  if (isWritten) lines.push(`Wrote ${index}.`);
  else if (problems.length === 0 || isForced) lines.push(`Nothing has changed in ${index}.`);
  return `${lines.join('\n')}\n`;
}
