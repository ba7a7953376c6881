/** Words that templates of branches and messages may name. */
export const templateWords = ['task', 'label', 'version', 'uuid', 'by', 'note'] as const;
export type TemplateWord = (typeof templateWords)[number];

/** `Change {task}` with what each word stands for. Words nobody knows stay as they are. */
export function fillTemplate(template: string, words: Readonly<Record<TemplateWord, string>>): string {
  return template.replaceAll(/\{([a-z]+)\}/g, (whole, word: string) => (Object.hasOwn(words, word) ? words[word as TemplateWord] : whole));
}
