import type { Promised } from './promised.ts';

/** What is promised of the configuration. */
export const configPromises: readonly Promised[] = [
  {
    id: 'config.documented',
    promise: 'Every configuration that the documents of the product show is accepted, and each of its keys is a setting.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.unknown-keys',
    promise: 'A key that means nothing is refused with file, line and what was probably meant, and nothing is started.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.all-problems',
    promise: 'Everything that is wrong with a configuration is said at once.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.explained',
    promise: 'Each setting can be asked where its value comes from.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.masked',
    promise: 'Secrets are never shown, wherever they stand in the configuration.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.read-back',
    promise: 'What is generated or shown gives the same settings when it is read again.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.injected',
    promise: 'Variables that Kubernetes sets for services of the same name change nothing.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.reload',
    promise: 'A running server takes over settings that say so, and names those that need a restart.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.reload-refused',
    promise: 'A broken configuration is not taken over by a running server.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.set',
    promise:
      'Settings that take effect while the server runs can be changed through it: checked, all or nothing, over everything else, until the server stops.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.set-closed',
    promise: 'What decides which code runs, what that may reach, and which files are touched, cannot be changed through the server.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.set-saved',
    promise: 'A setting that is saved changes its value in the file and nothing else there, or nothing at all.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'security.audit',
    promise: 'A running server says what weakens its security, with the value and what to do.',
    page: 'docs/guide/security.md',
  },
  {
    id: 'config.stranger',
    promise: 'A configuration file in the folder of a task is not used by commands that run tasks.',
    page: 'docs/guide/configuration.md',
  },
  {
    id: 'config.samples-start',
    promise: 'Every sample configuration starts a server that runs tasks.',
    page: 'docs/guide/configuration.md',
  },
];
