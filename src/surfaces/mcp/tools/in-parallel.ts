const atOnce = 8;

/** Asks something of each, a few at a time, and answers in their order. @throws the first failure */
export async function inParallel<Item, Answer>(items: readonly Item[], ask: (item: Item) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < items.length; start += atOnce)
    answers.push(...(await Promise.all(items.slice(start, start + atOnce).map(ask))));
  return answers;
}
