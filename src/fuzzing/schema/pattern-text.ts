import type fc from 'fast-check';
import type { Dice } from '../dice.ts';

interface Source {
  readonly base: readonly fc.Arbitrary<string>[];
  /** What lookaheads ask to occur somewhere. */
  readonly inside: readonly fc.Arbitrary<string>[];
  readonly isSure: boolean;
}

const sources = new Map<string, Source | null>();
const mostSources = 1_000;

/**
 * A text for a pattern (Unicode, as schemas have them). `isSure`: it matches. Otherwise the pattern has parts that cannot be turned
 * around (lookahead, word boundaries) and the text only comes near. Null where not even that is possible.
 */
export function textOfPattern(dice: Dice, pattern: string): { text: string; isSure: boolean } | null {
  let source = sources.get(pattern);
  if (source === undefined) {
    source = sourceOf(dice, pattern);
    if (sources.size >= mostSources) sources.clear();
    sources.set(pattern, source);
  }
  if (source === null) return null;
  let text = dice.of(dice.pick(source.base));
  for (const inside of dice.shuffled(source.inside)) {
    const at = dice.int(0, text.length);
    text = text.slice(0, at) + dice.of(inside) + text.slice(at);
  }
  return { text, isSure: source.isSure };
}

function sourceOf({ fc: fastCheck }: Dice, pattern: string): Source | null {
  const whole = matching(fastCheck, pattern);
  if (whole !== null) return { base: whole, inside: [], isSure: true };
  const wanted = [...pattern.matchAll(/\(\?=\.\*\??((?:\\.|\[(?:\\.|[^\]\\])*\]|[^()[\]\\])+)\)/gu)].map(([, part]) => part!);
  const rest = pattern.replaceAll(/\(\?<?[=!](?:\\.|\[(?:\\.|[^\]\\])*\]|[^()[\]\\])*\)/gu, '').replaceAll(/\\[bB]/gu, '');
  const base = matching(fastCheck, rest);
  if (base === null) return null;
  const inside = wanted.flatMap((part) => matching(fastCheck, `^${part}$`)?.[0] ?? []);
  return { base, inside, isSure: false };
}

/** The same in several sizes: repetitions at their least, and at their most. */
function matching(fastCheck: typeof fc, pattern: string): fc.Arbitrary<string>[] | null {
  try {
    const expression = new RegExp(pattern, 'u');
    return (['xsmall', 'small', 'medium', 'large'] as const).map((size) => fastCheck.stringMatching(expression, { size }));
  } catch {
    return null;
  }
}
