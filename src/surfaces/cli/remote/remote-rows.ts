import type { Command } from '../command.ts';
import type { CommandRow } from '../commands.ts';

/** A command that talks to a server: its words, its summary, and where it is made. */
type RemoteRow = readonly [words: string, summary: string];

/** @param find gives the command of these words; loads what it is made of */
function rowsOf(find: (words: string) => Promise<Command>, rows: readonly RemoteRow[]): CommandRow[] {
  return rows.map(([words, summary]) => ({ words, summary, load: () => find(words), configuration: 'remote' }));
}

/** Commands that talk to a running server. The summaries are those of the operations, word for word; a test compares them. */
export const remoteRows: readonly CommandRow[] = [
  ...rowsOf(
    async (words) => (await import('./job-commands.ts')).jobCommand(words),
    [
      ['job list', 'List jobs'],
      ['job enqueue', 'Queue a job'],
      ['job show', 'Show a job'],
      ['job why', 'Say why a job does not run'],
      ['job cancel', 'Cancel a job that has not ended'],
      ['job retry', 'Let a failed or cancelled job run again'],
      ['job update', 'Change a job that waits'],
      ['job remove', 'Remove a job'],
      ['job stats', 'Count jobs'],
      ['job pause', 'Pause a task or the whole queue'],
      ['job resume', 'End a pause'],
      ['job pauses', 'List pauses'],
      ['job clear', 'Cancel jobs that wait'],
      ['job redrive', 'Let failed jobs run again'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./task-commands.ts')).taskCommand(words),
    [
      ['task list', 'List the tasks of the server'],
      ['task show', 'Show a task with its code and schemas'],
      ['task execute', 'Run a task now and wait for what comes of it'],
      ['task create', 'Store a new task'],
      ['task update', 'Change a task'],
      ['task remove', 'Remove a task with all its jobs and executions'],
      ['task enable', 'Let jobs of a task run'],
      ['task disable', 'Keep jobs of a task from running'],
      ['task versions', 'List every version a task has had'],
      ['task source', 'Show the files of a task'],
      ['task validate', 'Check a task of the server'],
      ['task rollback', 'Make an earlier version of a task the one that runs'],
      ['task enable-version', 'Let jobs run a version of a task'],
      ['task disable-version', 'Keep jobs from running a version of a task'],
      ['task sync', 'Sync every source of the server now'],
      ['task modified', 'List tasks that hold something their source does not'],
      ['task push', 'Commit a changed task to its Git source'],
      ['task stats', 'Count the tasks of the server'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./develop-commands.ts')).developCommand(words),
    [
      ['task new-version', 'Store a new version of a task'],
      ['task diff', 'Say how two versions of a task differ'],
      ['task approve', 'Let a version run that may reach more of the network than the one before'],
      ['task test', 'Run the tests of a task of the server'],
      ['task debug', 'Run a task once and look into it at breakpoints'],
      ['task export', 'Export tasks with their files'],
      ['task import', 'Import tasks that were exported or written elsewhere'],
      ['task discover', 'Find what looks like a task below a folder of the server'],
      ['template list', 'List the templates tasks can be generated from'],
      ['template show', 'Show a template with its parameters and code'],
      ['template generate', 'Generate a task from a template'],
      ['execution batch', 'Run several tasks and wait for what comes of them'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./execution-commands.ts')).executionCommand(words),
    [
      ['execution list', 'List executions'],
      ['execution show', 'Show an execution'],
      ['execution logs', 'Show the log of an execution'],
      ['execution trace', 'Show an execution as a timeline'],
      ['execution recording', 'Fetch the recording of an execution'],
      ['execution cancel', 'Cancel an execution that has not ended'],
      ['execution retry', 'Run what failed or was cancelled again'],
      ['execution remove', 'Remove an execution that has ended'],
      ['execution stats', 'Sum up executions'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./schedule-commands.ts')).scheduleCommand(words),
    [
      ['schedule list', 'List schedules'],
      ['schedule show', 'Show a schedule'],
      ['schedule create', 'Schedule a task'],
      ['schedule update', 'Change a schedule'],
      ['schedule delete', 'Remove a schedule'],
      ['schedule enable', 'Let a schedule come due'],
      ['schedule disable', 'Keep a schedule from coming due'],
      ['schedule trigger', 'Run a schedule now'],
      ['schedule slots', 'List the slots of a schedule'],
      ['schedule stats', 'Count schedules'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./repo-commands.ts')).repoCommand(words),
    [
      ['repo list', 'List the sources of tasks'],
      ['repo show', 'Show a source of tasks'],
      ['repo add', 'Add a source of tasks'],
      ['repo update', 'Change a source of tasks'],
      ['repo remove', 'Remove a source of tasks'],
      ['repo sync', 'Sync a source of tasks now'],
      ['repo push', 'Commit the changed tasks of a source'],
      ['repo test', 'Look whether a source of tasks can be read'],
      ['repo health', 'Say how the sources of tasks are'],
      ['repo default', 'Make a source the default one'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./worker-commands.ts')).workerCommand(words),
    [
      ['worker list', 'List the worker processes of the server'],
      ['worker show', 'Show one worker process'],
      ['worker stats', 'Sum up the worker processes'],
      ['worker scale', 'Change the number of worker processes of the running server'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./analysis-commands.ts')).analysisCommand(words),
    [
      ['analyze', 'Say why an execution failed, and what to do'],
      ['logs search', 'Search the logs of executions'],
      ['logs trends', 'Count failures over time'],
      ['pattern list', 'List error patterns'],
      ['pattern show', 'Show an error pattern'],
      ['pattern test', 'Try error patterns on an error'],
      ['pattern create', 'Store an error pattern'],
      ['pattern replace', 'Replace an error pattern'],
      ['pattern remove', 'Remove an error pattern'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./setting-commands.ts')).settingCommand(words),
    [
      ['server config get', 'Show the settings that the server runs with'],
      ['server config set', 'Change settings of the server while it runs'],
      ['server config reset', 'End what was set while the server runs'],
      ['server reload', 'Read the configuration file of the server again'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./security-commands.ts')).securityCommand(words),
    [['security audit', 'Say what weakens the security of the server']],
  ),
  ...rowsOf(
    async (words) => (await import('./retention-commands.ts')).retentionCommand(words),
    [
      ['db retention', 'Say what would be removed because of its age or size'],
      ['db prune', 'Remove what is too old or too much, now'],
    ],
  ),
  ...rowsOf(
    async (words) => (await import('./backup-commands.ts')).backupCommand(words),
    [
      ['server backup create', 'Back up the database of the running server'],
      ['server backup list', 'List the backups of the server'],
      ['server backup show', 'Show a backup'],
      ['server backup download', 'Fetch the file of a backup'],
      ['server backup restore', 'Put a backup in the place of the database when the server starts again'],
      ['server backup unstage', 'Take back a restore that waits for the next start'],
      ['server backup delete', 'Delete a backup, or give up one that is being made'],
      ['db dump', 'Write what the server holds into a file for people and other tools'],
    ],
  ),
];

/** What a word that only leads to commands says of itself. */
export const remoteGroups: Readonly<Record<string, string>> = {
  job: 'Ask for runs of tasks on a server, and see to those that wait',
  task: 'See to the tasks of a server',
  execution: 'Look at what was run on a server',
  schedule: 'Say when a server runs which task, and see what became of it',
  logs: 'Search and count what executions have left behind',
  pattern: 'Look at the patterns that failures are compared with',
  template: 'Start tasks from templates',
  server: 'See to a running server',
  'server config': 'Look at the settings of a running server, and change them',
  'server backup': 'Make, look at and put back backups of a running server',
  security: 'Look for what weakens the security of a server',
  worker: 'Look at the processes of a server that run tasks',
};
