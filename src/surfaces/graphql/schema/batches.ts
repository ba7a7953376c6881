import { internalError, mostListed, type ListPage } from '#kernel/index.ts';
import type { Batches, Thing } from './context.ts';
import { nouns } from './nouns.ts';

type Ask = (operation: string, input: unknown) => Promise<unknown>;

interface Waiting<Answer> {
  readonly key: string;
  readonly answer: PromiseWithResolvers<Answer>;
}

/** Reads that many fields of one request ask for are done in one call of the list operation, by its own filters. */
export function createBatches(ask: Ask): Batches {
  const found = new Map<string, Promise<unknown>>();
  const batches = new Map<string, Waiting<never>[]>();

  /** The answer for a key, read together with those that are asked for in the same moment. */
  function batched<Answer>(
    name: string,
    key: string,
    read: (keys: readonly string[]) => Promise<(key: string) => Answer | Promise<Answer>>,
  ): Promise<Answer> {
    const known = found.get(`${name}\n${key}`);
    if (known !== undefined) return known as Promise<Answer>;
    const answer = Promise.withResolvers<Answer>();
    found.set(`${name}\n${key}`, answer.promise);
    const waiting = batches.get(name) as Waiting<Answer>[] | undefined;
    if (waiting !== undefined) waiting.push({ key, answer });
    else {
      const mine: Waiting<Answer>[] = [{ key, answer }];
      batches.set(name, mine as unknown as Waiting<never>[]);
      // Behind everything that is settled already, so that what its resolvers ask for comes along.
      void Promise.resolve().then(() =>
        process.nextTick(() => {
          batches.delete(name);
          for (let at = 0; at < mine.length; at += mostListed) void settle(mine.slice(at, at + mostListed), read);
        }),
      );
    }
    return answer.promise;
  }

  const listOf = (type: string) => {
    const noun = nouns.find((one) => one.type === type);
    if (noun === undefined) throw internalError({ what: `find a ${type}` });
    return noun;
  };
  const list = async (type: string, filter: unknown, limit: number) => (await ask(listOf(type).list, { filter, limit })) as ListPage<Thing>;

  return {
    one: (type, key, value) =>
      batched(`${type} ${key}`, value, async (values) => {
        const { items } = await list(type, { [key]: { in: values } }, mostListed);
        const byKey = new Map(items.map((item) => [String(item[key]), item]));
        return (wanted) => byKey.get(wanted) ?? null;
      }),
    many: (type, where, value, limit) =>
      batched(`${type} ${where} ${limit}`, value, async (values) => {
        const alone = async (wanted: string) => (await list(type, { [where]: { eq: wanted } }, limit)).items;
        // What has not its own number in its items cannot be told apart, and one by itself needs not to be.
        if (values.length === 1) return alone;
        const { items, next } = await list(type, { [where]: { in: values } }, mostListed);
        const byValue = Map.groupBy(items, (item) => valueOf(item, where));
        // Where all of them did not fit, whoever has enough is served and the others are asked for again, each alone.
        return (wanted) => {
          const mine = byValue.get(wanted) ?? [];
          return next === null || mine.length >= limit ? mine.slice(0, limit) : alone(wanted);
        };
      }),
    whole(type, id) {
      const name = `${type}\nwhole\n${id}`;
      const known = found.get(name);
      if (known !== undefined) return known as Promise<Thing>;
      const whole = ask(listOf(type).show, { id }) as Promise<Thing>;
      found.set(name, whole);
      return whole;
    },
  };
}

/** Where the items of a list say what they were found by. */
function valueOf(item: Thing, where: string): string {
  const direct = item[where];
  if (typeof direct === 'string' || typeof direct === 'number') return `${direct}`;
  for (const inner of Object.values(item)) {
    if (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, where)) return String((inner as Thing)[where]);
  }
  return '';
}

async function settle<Answer>(
  waiting: readonly Waiting<Answer>[],
  read: (keys: readonly string[]) => Promise<(key: string) => Answer | Promise<Answer>>,
): Promise<void> {
  try {
    const answerOf = await read(waiting.map(({ key }) => key));
    for (const { key, answer } of waiting) answer.resolve(answerOf(key));
  } catch (caught) {
    for (const { answer } of waiting) answer.reject(caught);
  }
}
