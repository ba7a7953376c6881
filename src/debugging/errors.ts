import { defineError } from '#kernel/index.ts';

export const inspectorAddressTaken = defineError<{ host: string; port: number; reason: string }>('INSPECTOR_ADDRESS_UNUSABLE', {
  http: 409,
  exit: 'environment',
  message: ({ host, port, reason }) => `The debugger cannot listen on ${host}:${port}: ${reason}.`,
  hint: () => 'End the other debugger, or choose another port with --inspect=<port>; --inspect=0 takes a free one.',
  about:
    'The address that debuggers are to connect to is used by another program, or this user may not listen on it. The task was not run.',
});

export const profileUnwritable = defineError<{ file: string; reason: string }>('PROFILE_UNWRITABLE', {
  http: 500,
  exit: 'environment',
  message: ({ file, reason }) => `The profile cannot be written to ${file}: ${reason}.`,
  hint: () => 'Name a file in a folder you may write to, as in --profile=/tmp/task.cpuprofile.',
  about: 'The task has run, and its output was printed; only the file with its profile could not be written.',
});
