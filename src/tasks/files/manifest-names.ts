/** Files that make a folder a task, in order of preference: the format of today first, the older spellings after it. */
export const manifestNames: readonly string[] = ['metadata.json', 'task.json', 'meta.yaml', 'meta.yml', 'task.yaml', 'task.yml'];
