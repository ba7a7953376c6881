import { call, type Operation } from '#kernel/index.ts';
import {
  statusOperation,
  verifyOperation,
  type RepositoryStatus,
  type RepositoryStatuses,
  type SourceCheckServices,
  type VerifiedRepositories,
  type VerifiedRepository,
} from '#sources/checks/operations.ts';
import type { Client } from '#surfaces/client/client.ts';
import { z } from 'zod';
import type { Command, Screen, Shown } from '../command.ts';
import { connectionFlags } from '../remote/connection-flags.ts';
import { jsonText, printable } from '../terminal.ts';

type Input = Readonly<Record<string, unknown>>;
type CheckOperation = Operation<SourceCheckServices, z.ZodObject>;
type Answer = { readonly repositories: readonly unknown[] } | null;

/** Puts a look at sources on the command line: those of the configuration, or with --server those of a running server. */
function checkCommand<Found extends NonNullable<Answer>>(
  operation: unknown,
  atServer: (client: Client, input: Input, options: { signal: AbortSignal | undefined; now: number }) => Promise<Found>,
  text: (found: Found, input: Input, screen: Screen) => string,
  isBad: (found: Found) => boolean,
): Command {
  const known = operation as CheckOperation;
  return {
    operation: { ...known, input: known.input.extend(connectionFlags) },
    async run(typed, parts, options) {
      const { server, requestTimeoutMs, ...input } = typed as Input & { requestTimeoutMs?: number };
      let found: unknown;
      if (server === undefined) found = await call(known, { checker: await parts.sourceChecker() }, input, options);
      else {
        const { connect } = await import('../remote/connection.ts');
        const client = connect({ server, requestTimeoutMs }, parts);
        found = await atServer(client, input, { signal: options.signal, now: options.now() });
      }
      return { found, yaml: input['format'] === 'yaml' ? (await import('yaml')).stringify(found) : null };
    },
    show(got, screen, input): Shown {
      const { found, yaml } = got as { found: Found | null; yaml: string | null };
      if (found === null) {
        // The words and the sign are what this command has always printed.
        screen.err(
          '❌ No registry configuration found\nName sources under registry.sources in the file given with --config, or ask a running server with --server.\n',
        );
        return { exit: 'failed' };
      }
      if (yaml !== null) screen.out(yaml);
      else if (input['format'] === 'json' || screen.format !== 'auto') screen.out(`${jsonText(found, screen.format === 'pretty')}\n`);
      else screen.out(text(found, input, screen));
      return { exit: isBad(found) ? 'failed' : 'ok' };
    },
  };
}

export const repoStatusCommand = checkCommand<RepositoryStatuses>(
  statusOperation,
  async (client, input, { signal }) => {
    const { serverStatus } = await import('../remote/server-sources.ts');
    return serverStatus(client, { repository: input['repository'] as string | undefined, isDetailed: input['detailed'] === true, signal });
  },
  statusText,
  () => false,
);

export const repoVerifyCommand = checkCommand<VerifiedRepositories>(
  verifyOperation,
  async (client, input, options) => {
    const { serverVerified } = await import('../remote/server-sources.ts');
    return serverVerified(client, {
      repository: input['repository'] as string | undefined,
      isOffline: input['offline'] === true,
      ...options,
    });
  },
  verifiedText,
  ({ repositories }) => repositories.some(({ usable }) => usable === false),
);

const labelWidth = 12;
const line = (label: string, value: string) => `  ${`${label}:`.padEnd(labelWidth)}${printable(value)}`;

function statusText(found: RepositoryStatuses, _input: Input, { paintOut }: Screen): string {
  const colours = { healthy: 'green', degraded: 'yellow', unhealthy: 'red', unknown: 'dim' } as const;
  const block = (one: RepositoryStatus) => [
    '',
    paintOut('bold', printable(one.name)),
    ...whereLines(one),
    line('State', one.sync_state),
    `  ${'Health:'.padEnd(labelWidth)}${paintOut(colours[one.health_status], one.health_status)}`,
    ...(one.tasks_count === undefined ? [] : [line('Tasks', String(one.tasks_count))]),
    ...(one.last_checked === null ? [] : [line('Checked', one.last_checked)]),
    ...(one.revision === undefined ? [] : [line('Revision', one.revision)]),
    ...(one.error === undefined ? [] : [line('Error', one.error)]),
    ...(one.problems ?? []).map((problem) => line('Problem', problem)),
  ];
  const { total_repositories: total, active_repositories: active, healthy_repositories: healthy } = found;
  return [
    '📋 Repository Status Report',
    ...found.repositories.flatMap(block),
    '',
    `Total: ${total}, active: ${active}, healthy: ${healthy}`,
    '',
  ].join('\n');
}

function verifiedText(found: VerifiedRepositories, { detailed, listTasks }: Input, { paintOut }: Screen): string {
  const block = (one: VerifiedRepository) => [
    '',
    `${one.usable === null ? '-' : one.usable ? '✅' : '❌'} ${paintOut('bold', printable(one.name))}`,
    ...whereLines(one),
    line('Accessible', answerText(one.accessible)),
    line('Readable', answerText(one.readable)),
    line('Configured', answerText(one.correctly_configured)),
    line('Usable', answerText(one.usable)),
    line('Tasks', String(one.tasks.length)),
    ...(listTasks === true || detailed === true ? one.tasks.map((task) => `    ${printable(taskText(task, detailed === true))}`) : []),
    ...one.issues.map((issue) => line('Issue', issue)),
    ...one.warnings.map((warning) => line('Warning', warning)),
    ...(detailed === true && one.error_message !== undefined ? [line('Advice', one.error_message)] : []),
  ];
  const { total_repositories: total, usable_repositories: usable } = found;
  return ['📋 Repository Verification Report', ...found.repositories.flatMap(block), '', `Total: ${total}, usable: ${usable}`, ''].join(
    '\n',
  );
}

function whereLines({ source_type, uri, enabled }: Pick<RepositoryStatus, 'source_type' | 'uri' | 'enabled'>): string[] {
  return [line('Type', source_type), line('URI', uri), line('Enabled', answerText(enabled))];
}

function answerText(answer: boolean | null): string {
  return answer === null ? 'not looked at' : answer ? 'yes' : 'no';
}

function taskText({ name, version, path, description, tags }: VerifiedRepository['tasks'][number], isDetailed: boolean): string {
  const more = isDetailed ? [description, ...(tags.length > 0 ? [tags.join(', ')] : [])].filter((text) => text !== '') : [];
  return [`${name} ${version}`, path, ...more].join('  ');
}
