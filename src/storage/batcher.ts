/**
 * Gathers single items into batches: what arrives in one tick, or while a batch is under way, goes together as the next one, in order.
 * @param run answers for every item, in order; an Error answers only its own item, a rejection the whole batch
 * @param most items of one batch
 */
export function createBatcher<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>,
  most = 2_000,
): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let isUnderWay = false;
  const next = () => {
    const batch = waiting.slice(0, most);
    waiting = waiting.slice(most);
    void runBatch(run, batch).finally(() => {
      if (waiting.length > 0) setImmediate(next);
      else isUnderWay = false;
    });
  };
  return (item) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isUnderWay) return;
      isUnderWay = true;
      setImmediate(next);
    });
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
