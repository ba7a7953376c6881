/** One row: files under `from` may import from `to` (and always from their own part). The sentence is for whoever breaks it. */
export interface Arrow {
  readonly from: string;
  readonly to: readonly string[];
  readonly why: string;
}

/**
 * What may import what: `kernel <- engine <- executions, tasks` and `kernel <- storage <- features <- surfaces <- app <- bin`.
 * The first row whose `from` fits a file decides; tests are free, except that nothing but a test may import src/testing.
 */
export const arrows: readonly Arrow[] = [
  {
    from: 'src/kernel/',
    to: [],
    why: 'The kernel is what everything stands on, so it stands on nothing of ours: move what you need into it if it names no feature and does no I/O, else move your code out.',
  },
  {
    from: 'src/engine/realm/',
    to: [],
    why: 'This code runs inside the sandbox beside hostile code: it may know nothing but its own folder. Pass what it needs through contract.ts.',
  },
  {
    from: 'src/engine/worker/',
    to: ['src/engine/protocol.ts', 'type:src/engine/realm/contract.ts'],
    why: 'The worker process is on the far side of a pipe: it shares the protocol (and types of realm/contract.ts) with the host, and nothing else. Send a message instead.',
  },
  {
    from: 'src/engine/',
    to: ['src/kernel/', 'type:src/engine/realm/contract.ts'],
    why: 'The engine knows programs and limits, not tasks, jobs or storage: let the caller hand in what it needs (RunRequest, ExecutionEffects).',
  },
  {
    from: 'src/storage/',
    to: ['src/kernel/'],
    why: 'Storage opens databases and knows no feature: put the query into the store of the feature that asks it.',
  },
  {
    from: 'src/tasks/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/'],
    why: 'Loading a task must work without a queue, a server or a history: let whoever needs both call tasks, not the other way round.',
  },
  {
    from: 'src/executions/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'src/tasks/'],
    why: 'An execution runs one task and does not know who asked for it: a job, a command or a test calls it.',
  },
  {
    from: 'src/task-tests/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'src/tasks/', 'src/executions/'],
    why: 'Test cases run through executions with mocked effects: what a recording, a fuzzer or a command does with them belongs there.',
  },
  {
    from: 'src/benching/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'src/tasks/', 'src/executions/', 'src/task-tests/'],
    why: 'A benchmark runs executions and reads tests for their mocks; who asks for it and how it looks is not its business.',
  },
  {
    from: 'src/fuzzing/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'src/tasks/', 'src/executions/', 'src/task-tests/'],
    why: 'The fuzzer makes inputs and answers, runs them as executions and writes test cases; it knows nobody who asks for it.',
  },
  {
    from: 'src/recordings/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'src/tasks/', 'src/executions/', 'src/task-tests/'],
    why: 'A recording is made of an execution and becomes one again; let whoever wants it recorded hand the execution in.',
  },
  {
    from: 'src/debugging/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'src/tasks/', 'src/executions/', 'type:src/task-tests/'],
    why: 'Looking into a run needs the run and nothing above it.',
  },
  {
    from: 'src/dev/',
    to: ['src/kernel/', 'src/engine/', 'src/tasks/', 'src/executions/', 'src/task-tests/', 'src/recordings/', 'src/debugging/'],
    why: "The author's loop strings features together through their doors; what draws it is a surface.",
  },
  {
    from: 'src/jobs/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'src/tasks/', 'src/executions/', 'type:src/recordings/'],
    why: 'The queue runs tasks as executions and knows nobody who asks for jobs: schedules, workflows and surfaces call it.',
  },
  {
    from: 'src/schedules/',
    to: ['src/kernel/', 'src/storage/', 'src/tasks/', 'src/jobs/'],
    why: 'A schedule makes jobs and knows nothing of how they are run: let app/ hand in what it needs to know of executions.',
  },
  {
    from: 'src/sources/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'src/tasks/'],
    why: 'A source brings files to the catalogue and knows nobody who runs them: jobs, schedules and surfaces ask the catalogue.',
  },
  {
    from: 'src/retention/',
    to: ['src/kernel/', 'src/storage/'],
    why: 'Retention removes rows and knows nobody who makes them: what must not go has to be seen in the tables.',
  },
  {
    from: 'src/backups/',
    to: ['src/kernel/', 'src/storage/'],
    why: 'A backup is of the whole database and knows nobody whose rows are in it: what else it needs to know app/ hands in.',
  },
  {
    from: 'src/workers/',
    to: ['src/kernel/', 'src/engine/'],
    why: 'What is known of workers comes from the engine that owns them.',
  },
  {
    from: 'src/server-settings/',
    to: ['src/kernel/'],
    why: 'What may be changed while a server runs is said here by the keys of settings; the settings themselves and their layers are read in src/app/config/.',
  },
  {
    from: 'src/security-audit/',
    to: ['src/kernel/'],
    why: 'A check judges facts and finds none out: put the fact into audit-facts.ts and let src/app/server/audit-facts.ts collect it.',
  },
  {
    from: 'src/observe/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/'],
    why: 'Observing must not depend on what it observes: let the feature emit, or let app/ hand the facts in.',
  },
  {
    from: 'src/analysis/',
    to: ['src/kernel/', 'src/storage/', 'src/tasks/', 'src/executions/', 'src/jobs/', 'src/observe/'],
    why: 'Analysis reads what failures have left behind and changes none of it: whoever makes failures need not know that somebody looks.',
  },
  {
    from: 'src/surfaces/client/',
    to: [
      'src/kernel/error.ts',
      'src/kernel/call.ts',
      'src/kernel/quantity.ts',
      'type:src/kernel/stream-event.ts',
      'type:src/kernel/problem.ts',
      'type:src/kernel/index.ts',
    ],
    why: 'The client runs in browsers: it may load those files of the kernel that need neither Node nor a library, one by one, and nothing of a server. What it has to know of operations is generated (scripts/generate/client-files.ts).',
  },
  {
    from: 'src/surfaces/cli/',
    to: [
      'src/kernel/',
      'src/tasks/',
      'src/sources/',
      'src/executions/',
      'src/analysis/',
      'src/task-tests/',
      'src/fuzzing/',
      'src/recordings/',
      'src/benching/',
      'src/debugging/',
      'src/dev/',
      'src/jobs/',
      'src/schedules/',
      'src/deliveries/',
      'src/access/',
      'src/observe/',
      'src/events/',
      'src/workers/',
      'src/server-settings/',
      'src/security-audit/',
      'src/surfaces/client/',
      'src/retention/',
      'src/backups/',
      'src/storage/operations.ts',
      'type:src/engine/',
    ],
    why: 'The command line calls operations: those of this machine itself, those of a server through the client. It touches neither the engine, nor storage, nor another surface.',
  },
  {
    from: 'src/surfaces/console/',
    to: [
      'src/kernel/',
      'src/tasks/',
      'src/sources/',
      'src/executions/',
      'src/jobs/',
      'src/schedules/',
      'src/retention/',
      'src/events/',
      'src/workers/',
      'src/surfaces/client/',
      'src/surfaces/cli/',
    ],
    why: 'The console is the command line kept open: it takes commands, flags and how answers look from there, so that none is said twice. Its own commands only put operations together: a rule belongs into a feature, and a command that does without a person belongs on the command line.',
  },
  {
    from: 'src/surfaces/rest/',
    to: ['src/kernel/', 'src/surfaces/http/'],
    why: 'REST projects operations onto the HTTP server and knows no feature: what it needs to know of one is said in its operations.',
  },
  {
    from: 'src/surfaces/graphql/',
    to: ['src/kernel/', 'src/surfaces/http/', 'src/surfaces/rest/'],
    why: 'GraphQL projects operations as REST does, reads schemas and filters by the same rules, and knows no feature: say in the operation what it needs to know of one.',
  },
  {
    from: 'src/surfaces/mcp/',
    to: [
      'src/kernel/',
      'src/surfaces/http/',
      'src/surfaces/client/',
      'src/tasks/',
      'src/sources/',
      'src/task-tests/',
      'src/executions/',
      'src/jobs/',
      'src/schedules/',
      'src/debugging/',
      'src/analysis/',
      'src/events/',
      'src/workers/',
      'src/observe/',
    ],
    why: 'A tool calls operations and shapes what they answer for a reader with little room: rules belong into the operation, and how an answer travels into transport/.',
  },
  {
    from: 'src/surfaces/http/',
    to: ['src/kernel/', 'type:src/observe/'],
    why: 'The HTTP server knows requests, limits and errors, and nothing of what is served: let the routes it is handed do that.',
  },
  {
    from: 'src/surfaces/',
    to: [
      'src/kernel/',
      'src/tasks/',
      'src/sources/',
      'src/executions/',
      'src/task-tests/',
      'src/fuzzing/',
      'src/recordings/',
      'src/benching/',
      'src/debugging/',
      'src/dev/',
      'src/jobs/',
      'src/schedules/',
      'src/deliveries/',
      'src/access/',
      'src/observe/',
      'type:src/engine/',
    ],
    why: 'A surface parses, names the caller and prints: it calls operations and touches neither the engine, nor storage, nor another surface. Put the rule into a feature.',
  },
  {
    from: 'src/app/',
    to: ['src/'],
    why: 'The application wires every part of src/ and imports nothing outside it.',
  },
  {
    from: 'src/testing/',
    to: ['src/kernel/', 'src/engine/', 'src/storage/', 'scripts/build-worker.ts'],
    why: 'Test aids must be usable by the lowest feature, so they know only what lies below the features, and what makes the worker.',
  },
  {
    from: 'src/',
    to: ['src/kernel/', 'src/storage/'],
    why: 'A new part of src/ starts with the kernel and storage only: add a row for it to tests/tidy/arrows.ts, with a sentence for whoever breaks it.',
  },
];

/** What may be imported from outside a part: its door, and its verbs and settings (so that a command loads those without the rest). */
export const doors: readonly string[] = [
  'index.ts',
  'operations.ts',
  'settings.ts',
  'templates/operations.ts',
  'stored/index.ts',
  'stored/operations.ts',
  'stored/settings.ts',
  'catalogue/index.ts',
  'catalogue/operations.ts',
  'catalogue/settings.ts',
  'repository-folder/operations.ts',
  'push/operations.ts',
  'push/settings.ts',
  'dispatch/settings.ts',
  'checks/operations.ts',
];
