import { listRepositoriesOperation } from '#sources/operations.ts';
import type { Command } from '#surfaces/cli/command.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { isForPeople, showAnswer } from '#surfaces/cli/remote/show-answer.ts';

/** More sources than a table would help with. */
const most = 100;

interface Seen {
  /** A list of sources for a person; null where the usual way has the answer. */
  readonly sources: unknown;
  readonly usual: unknown;
  readonly width: number | null;
}

/** `repo status`: what the command line says, for a person as a table. */
export function repoStatusCommand(usual: Command): Command {
  return {
    ...usual,
    async run(typed, parts, options): Promise<Seen> {
      const { repository, detailed, format } = typed as { repository?: string; detailed?: boolean; format?: string };
      const width = parts.window?.size().columns ?? null;
      const isOther = format !== undefined && format !== 'table';
      if (isOther || repository !== undefined || detailed === true)
        return { sources: null, usual: await usual.run(typed, parts, options), width };
      if (format === undefined && !isForPeople(parts.screen))
        return { sources: null, usual: await usual.run({ ...typed, format: 'json' }, parts, options), width };
      const sources = await connect(typed, parts).call(listRepositoriesOperation, { limit: most }, { signal: options.signal });
      return { sources, usual: null, width };
    },
    show(got, screen, input) {
      const { sources, usual: answer, width } = got as Seen;
      if (sources === null) return usual.show(answer, screen, isForPeople(screen) ? input : { format: 'json', ...input });
      return showAnswer(
        sources,
        { ...screen, format: 'auto', isOutTerminal: true },
        { noun: 'repositoryStatus', now: Date.now(), width, isDone: false, look: screen.look },
      );
    },
  };
}
