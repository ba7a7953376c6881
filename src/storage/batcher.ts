import { whenQuiet } from './when-quiet.ts';

/**
 * Gathers single items into batches, in order: what arrives while a batch is under way, and as long as more keep arriving, goes together.
 * @param run answers for every item, in order; an Error answers only its own item, a rejection the whole batch
 * @param most items of one batch
 * @returns adds an item; `handedOver` resolves when what waits now has been handed to `run`
 */
export function createBatcher<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>,
  most = 2_000,
): Batcher<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let isUnderWay = false;
  const whenHandedOver: (() => void)[] = [];
  const arrived = () => waiting.length;
  const next = () => {
    const batch = waiting.slice(0, most);
    waiting = waiting.slice(most);
    const tell = waiting.length === 0 ? whenHandedOver.splice(0) : [];
    void runBatch(run, batch).finally(() => {
      if (waiting.length > 0) whenQuiet(arrived, next);
      else isUnderWay = false;
    });
    for (const told of tell) told();
  };
  const add = (item: Item) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isUnderWay) return;
      isUnderWay = true;
      whenQuiet(arrived, next);
    });
  const handedOver = () => (waiting.length === 0 ? Promise.resolve() : new Promise<void>((resolve) => whenHandedOver.push(resolve)));
  return Object.assign(add, { handedOver });
}

export interface Batcher<Item, Answer> {
  (item: Item): Promise<Answer>;
  handedOver(): Promise<void>;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

async function runBatch<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>,
  batch: readonly Waiting<Item, Answer>[],
): Promise<void> {
  try {
    const answers = await run(batch.map(({ item }) => item));
    if (answers.length !== batch.length) throw new TypeError(`a batch of ${batch.length} items got ${answers.length} answers`);
    for (const [index, { resolve, reject }] of batch.entries()) {
      const answer = answers[index]!;
      if (answer instanceof Error) reject(answer);
      else resolve(answer);
    }
  } catch (caught) {
    for (const { reject } of batch) reject(caught);
  }
}
