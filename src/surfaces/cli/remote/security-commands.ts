import { severities, type Severity } from '#security-audit/index.ts';
import { securityOperations, type SecurityAuditAnswer } from '#security-audit/operations.ts';
import { z } from 'zod';
import type { Command, Screen, Shown } from '../command.ts';
import { printable } from '../terminal.ts';
import { commandOf } from './command-of.ts';
import type { RemoteSpec } from './remote-command.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';

export const securityCommand = (words: string): Command => commandOf(words, securityOperations, specs);

const usualLimit = 'high';
const failOn = z
  .enum([...severities, 'never'])
  .default(usualLimit)
  .describe('Ends with 1 where a finding weighs so much or more, whether it is shown or not');

const specs: Readonly<Record<string, RemoteSpec>> = {
  'security audit': {
    moreFlags: { failOn },
    moreExamples: [{ line: 'ratchet security audit --fail-on medium --format json', about: 'For a program that watches over servers' }],
    async perform(client, operation, { failOn: limit = usualLimit, ...input }, { options }) {
      const answer = (await client.call(operation, input, { signal: options.signal })) as SecurityAuditAnswer;
      return { answer, limit } satisfies Judged;
    },
    show: showAudit,
  },
};

interface Judged {
  readonly answer: SecurityAuditAnswer;
  readonly limit: unknown;
}

const styles: Readonly<Record<Severity, 'dim' | 'cyan' | 'yellow' | 'red'>> = {
  info: 'dim',
  low: 'cyan',
  medium: 'yellow',
  high: 'red',
  critical: 'red',
};

function showAudit(judged: unknown, screen: Screen, view: View): Shown {
  const { answer, limit } = judged as Judged;
  if (isForPeople(screen)) showFindings(answer, screen);
  else showAnswer(answer, screen, view);
  const weighs = answer.worst !== null && limit !== 'never' && severities.indexOf(answer.worst) >= severities.indexOf(limit as Severity);
  return { exit: weighs ? 'failed' : 'ok' };
}

function showFindings({ findings, checks }: SecurityAuditAnswer, screen: Screen): void {
  const width = Math.max(...severities.map(({ length }) => length));
  const indent = ' '.repeat(width + 2);
  for (const { id, severity, what, advice, setting } of findings) {
    screen.out(`${screen.paintOut(styles[severity], severity.padEnd(width))}  ${printable(what)}\n`);
    screen.out(`${indent}${printable(advice)}\n`);
    screen.out(`${indent}${screen.paintOut('dim', setting === null ? id : `${id}, ${setting}`)}\n`);
  }
  const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  screen.out(`${findings.length === 0 ? 'Nothing was found' : count}; ${checks} things were looked at.\n`);
}
