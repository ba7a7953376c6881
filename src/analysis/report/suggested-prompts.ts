import type { Match } from '../pattern/compile-pattern.ts';
import type { FailureStory } from './failure-story.ts';

const mostPrompts = 8;

/** Questions that lead on, with the names of this failure in them: those of the patterns first, then what anybody would ask. */
export function suggestedPrompts(
  story: FailureStory,
  matches: readonly Match[],
  place: { readonly file: string; readonly line: number } | null,
): string[] {
  const { failure, taskName } = story;
  const names: Readonly<Record<string, string>> = {
    message: failure.message.slice(0, 300).toWellFormed(),
    type: typeof failure.data['errorClass'] === 'string' ? failure.data['errorClass'].slice(0, 100).toWellFormed() : failure.code,
    code: failure.code,
    task: taskName,
    place: place === null ? `the failing line of ${taskName}` : `${place.file}:${place.line}`,
  };
  const filled = (prompt: string) => prompt.replaceAll(/\{(message|type|code|task|place)\}/g, (_whole, name: string) => names[name]!);
  const own = matches.flatMap(({ compiled }) => compiled.pattern.prompts.map(filled)).slice(0, mostPrompts - 3);
  const general = [
    `Analyze the ${names['type']} (${failure.code}) in the task ${taskName}: what are the most likely root causes, given the code, the input and the requests before it?`,
    story.lastGood === null ? null : `The task ${taskName} worked before: which of the listed changes explains the failure?`,
    `Propose the smallest change of ${taskName} that corrects this, and a test that fails without it.`,
  ].filter((prompt) => prompt !== null);
  return [...own, ...general];
}
