/** How to write a task with tests. The JSON block is arguments of ratchet_create_task, and a test calls it with them. */
export const integrationGuide = `# Write a task

Arguments of \`ratchet_create_task\` that work as they stand:

\`\`\`json
{
  "name": "city-population",
  "description": "Looks up how many people live in a city",
  "code": "(async function ({ name }) {\\n  const found = await fetch(\`https://api.example.com/cities?name=\${encodeURIComponent(name)}\`);\\n  if (found.status === 404) return { name, known: false };\\n  const { people } = await found.json();\\n  return { name, known: true, people };\\n});\\n",
  "input_schema": { "type": "object", "properties": { "name": { "type": "string", "minLength": 1 } }, "required": ["name"] },
  "output_schema": {
    "type": "object",
    "properties": { "name": { "type": "string" }, "known": { "type": "boolean" }, "people": { "type": "integer" } },
    "required": ["name", "known"]
  },
  "tags": ["geography"],
  "metadata": { "network": ["api.example.com"], "timeout": 10000 },
  "test_cases": [
    {
      "name": "finds a city",
      "input": { "name": "Bonn" },
      "mock": { "http": [{ "url": "/cities", "query": { "name": "Bonn" }, "response": { "body": { "people": 330000 } } }] },
      "expected_output": { "name": "Bonn", "known": true, "people": 330000 }
    },
    {
      "name": "knows what it does not know",
      "input": { "name": "Atlantis" },
      "mock": { "http": { "url": "/cities", "response": { "status": 404 } } },
      "expected_output": { "name": "Atlantis", "known": false }
    },
    {
      "name": "says so when the network is gone",
      "input": { "name": "Bonn" },
      "mock": { "http": { "url": "/cities", "failure": "refused" } },
      "expected_error": { "class": "NetworkError" }
    }
  ]
}
\`\`\`

## Rules
- A test says what goes in and what has to come out: \`expected_output\` (\`"match": "subset"\` allows more fields), \`expected_error\` (part of the text, or \`{class, message, status, code}\`), \`should_fail: true\`, or \`assertions: [{path, operator, expected}]\`.
- In a test no request leaves the machine: \`mock.http\` answers. A mock has \`method\` (GET when absent), \`url\` (a part of the address), \`query\`, \`headers\`, \`body\`, and \`response {status, headers, body}\`, \`responses [...]\` one after the other, or \`failure\`: refused, timeout, dns, reset, tls. A request that no mock answers fails the test and names the nearest mock.
- \`clock: "2026-01-01T00:00:00Z"\` sets the time a test sees; randomness is the same in every run.
- When the tests of a new or changed task fail, nothing is stored, and the error names each with expected and received.
- A task that may reach more hosts than the version before says so in \`network_growth\`; where \`needs_approval\` is true a person has to approve of it before it runs. There is no tool for that.
- \`"mcp": {"tool": true}\` in the metadata offers the task as a tool of its own, with its schemas.
- Secrets are given as input by whoever runs the task; they are masked in logs, traces and recordings.
`;
