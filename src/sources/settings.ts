import { z } from 'zod';
import { setting } from '#kernel/index.ts';
import { ConfiguredSource } from './configured-source.ts';
import { SourceAuth } from './fetch/source-auth.ts';

export const registrySources = setting({
  key: 'registry.sources',
  type: z.array(ConfiguredSource).superRefine((sources, context) => {
    for (const [index, { name }] of sources.entries()) {
      if (sources.findIndex((one) => one.name === name) === index) continue;
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `is ${name}, as that of another source` });
    }
  }),
  default: [],
  describe: 'Places tasks come from, each with name and uri; the guide on sources says what else.',
  reload: 'live',
});

export const registryAuth = setting({
  key: 'registry.auth',
  type: z.record(z.string().min(1).max(200), SourceAuth),
  default: {},
  describe: 'Credentials by name, which sources name with auth_name.',
  isSecret: true,
  reload: 'live',
});

export const defaultPolling = setting({
  key: 'registry.default_polling_interval',
  unit: 'seconds',
  type: z.number().int().min(1),
  default: 300,
  describe: 'Seconds between two looks at a Git or HTTP source that says nothing else.',
});

export const watchesFolders = setting({
  key: 'registry.watch',
  type: z.boolean(),
  default: true,
  describe: 'Whether folders that say nothing else are synced when their files change.',
});

export const watchQuiet = setting({
  key: 'registry.watch_debounce_ms',
  type: z.number().int().min(1).max(60_000),
  default: 500,
  describe: 'Milliseconds without a change after which the changes before it are taken up together.',
});

export const mostSyncs = setting({
  key: 'registry.max_concurrent_syncs',
  type: z.number().int().min(1).max(100),
  default: 5,
  describe: 'Most sources that are read at once.',
});

export const fetchTimeout = setting({
  key: 'registry.fetch_timeout',
  unit: 'seconds',
  type: z.number().min(1),
  default: 300,
  describe: 'Seconds that fetching a source may take when it says nothing else.',
});

export const fetchLimit = setting({
  key: 'registry.max_source_bytes',
  type: z.number().int().min(1),
  default: 512 * 1024 ** 2,
  describe: 'Most bytes of a fetched source when it says nothing else.',
});

export const addedSources = setting({
  key: 'registry.added_sources',
  type: z.enum(['auto', 'none', 'public', 'anywhere']),
  default: 'auto',
  describe:
    'Which sources may be added through the server: public addresses only, anywhere (also folders of the server and private networks), or none; auto is anywhere while only this machine reaches the server, else public.',
});

export const discoveryRoots = setting({
  key: 'registry.discovery_roots',
  type: z.array(z.string().min(1)),
  default: [],
  describe: 'Folders of this machine, as whole paths, below which callers may look for tasks, beside those that are sources.',
});
