/** What a generated task says about itself. */
export interface TemplateFacts {
  readonly uuid: string;
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly version: string;
  readonly typescript: boolean;
}

/** The files of a first task, by path: it greets a value back and tells its log where it runs. */
export function templateFiles(facts: TemplateFacts): Record<string, string> {
  const { uuid, name, label, description, version, typescript } = facts;
  return {
    'metadata.json': json({ uuid, version, name, label, description }),
    [typescript ? 'main.ts' : 'main.js']: typescript ? typescriptCode : javascriptCode,
    'input.schema.json': json(schemaOf('value', 'Text to process')),
    'output.schema.json': json(schemaOf('result', 'The processed text')),
    'tests/test-001.json': json(templateTest),
  };
}

const templateTest = {
  name: 'processes a value',
  input: { value: 'test input' },
  expected_output: { result: 'Processed: test input' },
};

/** Schemas that accept anything, for a task that has none yet. */
export function permissiveSchema(side: 'input' | 'output'): string {
  return json({
    $schema: draft,
    description: `Any ${side}. Replace this with what the task really ${side === 'input' ? 'takes' : 'returns'}.`,
  });
}

/** A first test for code nobody has described yet: any answer will do, an error will not. */
export function firstTest(): string {
  return json({ name: 'runs without an error', input: {}, assertions: [] });
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const draft = 'http://json-schema.org/draft-07/schema#';

function schemaOf(field: string, description: string): Record<string, unknown> {
  return { $schema: draft, type: 'object', properties: { [field]: { type: 'string', description } }, required: [field] };
}

const javascriptCode = `(function (input, context) {
  const { value } = input;
  if (context) {
    console.log(\`Execution \${context.executionId} of task \${context.taskId}, version \${context.taskVersion}\`);
  }
  return { result: \`Processed: \${value}\` };
});
`;

const typescriptCode = `interface Input {
  value: string;
}

interface Output {
  result: string;
}

interface Context {
  executionId: string;
  taskId: string;
  taskVersion: string;
  jobId?: string;
}

export default function (input: Input, context?: Context): Output {
  if (context) {
    console.log(\`Execution \${context.executionId} of task \${context.taskId}, version \${context.taskVersion}\`);
  }
  return { result: \`Processed: \${input.value}\` };
}
`;
