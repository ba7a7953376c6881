/** From nothing to a task that runs on two servers, call by call. The calls of the page are made by a test, in this order. */
export const guideWalkthrough = `# From nothing to a task in eight calls

1. \`ratchet_search_tasks\` with what you need done. When a task does it, run it with \`ratchet_execute_task\` and stop here.
2. \`ratchet_create_task\` with code, schemas and at least one test. \`ratchet_list_templates\` and \`ratchet_generate_from_template\` give a start for common kinds.

\`\`\`json
{
  "name": "order-total",
  "description": "Sums an order with tax",
  "code": "(function ({ items, rate }) {\\n  const net = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);\\n  return { net, gross: Math.round(net * (1 + rate) * 100) / 100 };\\n});\\n",
  "input_schema": {
    "type": "object",
    "properties": { "items": { "type": "array", "items": { "type": "object" } }, "rate": { "type": "number" } },
    "required": ["items", "rate"]
  },
  "output_schema": { "type": "object", "properties": { "net": { "type": "number" }, "gross": { "type": "number" } }, "required": ["net", "gross"] },
  "test_cases": [
    { "name": "adds tax", "input": { "items": [{ "price": 10, "quantity": 2 }], "rate": 0.19 }, "expected_output": { "net": 20, "gross": 23.8 } }
  ]
}
\`\`\`

3. \`ratchet_execute_task\` with its name as \`task_id\`. The answer has an \`execution_id\`.
4. Did it fail? \`ratchet_analyze_execution_error\` with that id: cause, line, what differs from the last time it worked. For more: \`ratchet_get_execution_logs\`, \`ratchet_get_execution_trace\`, \`ratchet_get_recording\`, and \`ratchet_debug_task_execution\` for the variables at a line.
5. \`ratchet_edit_task\` with the corrected code and, in \`test_cases\`, a test for what went wrong. It stores the next patch version after all tests passed.
6. \`ratchet_create_task_version\` for a number of your choice; \`ratchet_manage_versions\` compares and rolls back.
7. \`ratchet_export_tasks\` here, and
8. \`ratchet_import_tasks\` with its answer as \`data\` on another server.

## Which tool
- Many tasks, or tasks that need each other: \`ratchet_batch_execute\`. Later, or without waiting: \`ratchet_enqueue_job\`; \`ratchet_explain_job\` says why it does not run.
- What ran: \`ratchet_list_executions\`; with inputs and outputs: \`ratchet_get_results\`.
- Try a change without storing it: \`ratchet_validate_task\` with the draft.

## Habits
- Ids: \`task_id\` is a name, \`name@version\` or uuid. Pages are counted from 0.
- A long answer is cut and says so in \`truncated\`, with the way to the rest.
- An error has \`code\`, \`message\` and \`hint\`; the hint is the next step.
`;
