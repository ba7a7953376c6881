import { GraphQLEnumType, GraphQLError, Kind, type ConstValueNode } from 'graphql';
import { enumName } from './names.ts';

/** Words of older documents for values of today, in every enum that has the value. */
const olderWords: readonly (readonly [older: string, value: string])[] = [
  ['PENDING', 'QUEUED'],
  ['URGENT', 'CRITICAL'],
];

/** The enums of a schema: one for each set of words, whoever uses it. */
export interface Enums {
  /** @param names what it may be called, the best first @returns null where the words cannot be spelled as an enum */
  of(words: readonly unknown[], names: readonly string[], describe: string): GraphQLEnumType | null;
}

/** @param isFree whether no other type has a name @param claim tells that it has one now */
export function createEnums(isFree: (name: string) => boolean, claim: (name: string) => void): Enums {
  const known = new Map<string, GraphQLEnumType>();
  return {
    of(words, names, describe) {
      const own = words.filter((word) => !olderWords.some(([older, value]) => older === word && words.includes(value)));
      if (own.length === 0 || own.some((word) => enumName(word) === null)) return null;
      const key = own
        .map((word) => word as string)
        .toSorted()
        .join('\n');
      const before = known.get(key);
      if (before !== undefined) return before;
      const name = names.find(isFree);
      if (name === undefined) throw new TypeError(`no name is free for the words ${own.join(', ')}: ${names.join(', ')}`);
      const made = inAnyCase(name, own as readonly string[], describe);
      known.set(key, made);
      claim(name);
      return made;
    },
  };
}

/** An enum whose values may be written in any case, as texts too. */
function inAnyCase(name: string, words: readonly string[], description: string): GraphQLEnumType {
  const older = olderWords.filter(([word, value]) => words.includes(value) && !words.includes(word));
  const made = new GraphQLEnumType({
    name,
    description,
    values: {
      // The last of several that mean the same is the one in answers.
      ...Object.fromEntries(
        older.map(([word, value]) => [word, { value, description: `The same as ${value}.`, deprecationReason: `Say ${value}.` }]),
      ),
      ...Object.fromEntries(words.map((word) => [enumName(word)!, { value: word }])),
    },
  });
  const valueOf = (said: string, node?: ConstValueNode): unknown => {
    const found = made.getValue(enumName(said) ?? '');
    if (found) return found.value;
    const problem = `${JSON.stringify(said.slice(0, 100))} is no ${name}; there are ${made
      .getValues()
      .map((value) => value.name)
      .join(', ')}`;
    throw new GraphQLError(problem, node === undefined ? {} : { nodes: node });
  };
  made.coerceInputValue = (said) => {
    if (typeof said === 'string') return valueOf(said);
    throw new GraphQLError(`${name} has to be a text`);
  };
  made.coerceInputLiteral = (node) => {
    if (node.kind === Kind.ENUM || node.kind === Kind.STRING) return valueOf(node.value, node);
    throw new GraphQLError(`${name} has to be a word`, { nodes: node });
  };
  return made;
}
