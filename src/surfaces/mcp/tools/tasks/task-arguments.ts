interface TaskArguments {
  readonly code?: string | undefined;
  readonly input_schema?: Record<string, unknown> | undefined;
  readonly output_schema?: Record<string, unknown> | undefined;
  readonly description?: string | undefined;
  readonly tags?: string[] | undefined;
  readonly test_cases?: Record<string, unknown>[] | undefined;
  readonly metadata?: Record<string, unknown> | undefined;
}

/** Arguments of tools as the fields that operations on tasks take; what is absent stays absent. */
export function fieldsOf({ code, input_schema, output_schema, description, tags, test_cases, metadata }: TaskArguments) {
  return {
    ...(code === undefined ? {} : { sourceCode: code }),
    ...(input_schema === undefined ? {} : { inputSchema: input_schema }),
    ...(output_schema === undefined ? {} : { outputSchema: output_schema }),
    ...(description === undefined ? {} : { description }),
    ...(test_cases === undefined ? {} : { tests: test_cases }),
    ...(tags === undefined && metadata === undefined ? {} : { metadata: { ...metadata, ...(tags === undefined ? {} : { tags }) } }),
  };
}
