import { z } from 'zod';
import { comingSetting } from './coming-setting.ts';

const httpCache = comingSetting('this version keeps no answers of servers');
httpCache({
  key: 'cache.http_cache.enabled',
  type: z.boolean(),
  default: true,
  describe: 'Whether answers to GET requests of tasks are kept.',
});
httpCache({
  key: 'cache.http_cache.max_size_bytes',
  type: z.number().int().positive(),
  default: 10 * 1024 ** 2,
  describe: 'Bytes of answers kept.',
});
httpCache({
  key: 'cache.http_cache.default_ttl',
  type: z.number().nonnegative(),
  default: 300,
  unit: 'seconds',
  describe: 'Seconds for which an answer is kept that says nothing itself.',
});
httpCache({
  key: 'cache.http_cache.respect_cache_control',
  type: z.boolean(),
  default: true,
  describe: 'Whether answers say themselves how long they may be kept.',
});

const byTask = comingSetting('a task says itself how long its results may be used again');
byTask({
  key: 'cache.result_cache.ttl',
  type: z.number().positive(),
  default: 1_800,
  unit: 'seconds',
  describe: 'Seconds for which results are used again, of tasks that do not say.',
});
const onlySuccess = comingSetting('failures are never used again');
onlySuccess({
  key: 'cache.result_cache.cache_only_success',
  type: z.boolean(),
  default: true,
  describe: 'Whether only results of executions that completed are used again.',
});

const inSandbox = comingSetting('requests of tasks do not go through variables of their code');
for (const [name, value] of [
  ['url_var', '__fetch_url'],
  ['params_var', '__fetch_params'],
  ['body_var', '__fetch_body'],
  ['result_var', '__http_result'],
  ['temp_result_var', '__temp_result'],
] as const) {
  inSandbox({
    key: `execution.fetch_variables.${name}`,
    type: z.string().min(1),
    default: value,
    describe: 'Name of a variable that an older engine handed requests through.',
  });
}

const migrations = comingSetting('migrations come with the program, under checksums');
migrations({
  key: 'server.database.migrations.migration_dir',
  type: z.string().min(1).nullable(),
  default: null,
  describe: 'Folder with migrations.',
});
migrations({
  key: 'server.database.migrations.table_name',
  type: z.string().min(1),
  default: '__migrations',
  describe: 'Table in which applied migrations stand.',
});
migrations({
  key: 'server.database.migrations.validate_checksums',
  type: z.boolean(),
  default: true,
  describe: 'Whether applied migrations are compared with those there are; they always are.',
});

const kept = comingSetting('workers are kept however long they have nothing to do');
kept({
  key: 'server.workers.idle_timeout',
  type: z.number().positive(),
  default: 3_600,
  unit: 'seconds',
  describe: 'Seconds after which a worker that has nothing to do ends.',
});

const byFormat = comingSetting('the format of the log decides it');
byFormat({
  key: 'logging.structured',
  type: z.boolean(),
  default: true,
  describe: 'Whether log lines carry fields; they do in every format.',
});
const noPlaces = comingSetting('log lines carry no place in the program');
noPlaces({
  key: 'logging.include_location',
  type: z.boolean(),
  default: false,
  aliases: ['logging.context.include_file_location'],
  describe: 'Whether log lines say where in the program they come from.',
});
const enrichment = comingSetting('log lines carry what is known where they are written, and nothing else');
enrichment({
  key: 'logging.context.enabled',
  type: z.boolean(),
  default: true,
  describe: 'Whether log lines carry the context of a request.',
});
for (const [name, what, value] of [
  ['system_info', 'the machine', false],
  ['process_info', 'the process', false],
  ['task_context', 'the task', false],
  ['execution_context', 'the execution', false],
] as const) {
  enrichment({ key: `logging.enrichment.${name}`, type: z.boolean(), default: value, describe: `Whether every log line says ${what}.` });
}
const sampling = comingSetting('every log line of the level asked for is written');
for (const level of ['error', 'warn', 'info', 'debug', 'trace']) {
  sampling({
    key: `logging.sampling.${level}_rate`,
    type: z.number().min(0).max(1),
    default: 1,
    describe: `Share of lines of the level ${level} that is written.`,
  });
}

const sourceCache = comingSetting('what sources hold is stored in the database');
sourceCache({ key: 'registry.cache.enabled', type: z.boolean(), default: true, describe: 'Whether what sources hold is kept.' });
sourceCache({
  key: 'registry.cache.ttl',
  type: z.number().positive(),
  default: 3_600,
  unit: 'seconds',
  describe: 'Seconds for which it is kept.',
});
sourceCache({ key: 'registry.cache.max_entries', type: z.number().int().positive(), default: 1_000, describe: 'Most tasks kept.' });
