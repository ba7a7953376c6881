import { hostLine, objectOf, text, url, type TaskTemplate } from '../template.ts';

const code = `// Takes the body of a webhook, says what it is about, and confirms it where an address for that was given.
const webhookType = {{webhook_type}};
const confirmationEndpoint = {{confirmation_endpoint}};

(async function ({ headers = {}, body }) {
  const event = body.event ?? body.type ?? body.action ?? 'unknown';
  const id = body.id ?? headers['x-request-id'] ?? null;
  if (body.webhook_type !== undefined && body.webhook_type !== webhookType) {
    throw new ValidationError('This handler takes webhooks of the type ' + webhookType + ', not ' + body.webhook_type);
  }
  console.log('Webhook ' + webhookType + ': ' + event);
  let confirmed = false;
  if (confirmationEndpoint !== null) {
    const response = await fetch(confirmationEndpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ id, event, status: 'received' }),
    });
    confirmed = response.ok;
  }
  return { type: webhookType, event, id, confirmed };
});
`;

export const webhookHandler: TaskTemplate = {
  name: 'webhook_handler',
  category: 'webhook',
  description: 'Takes the body of a webhook, names its event, and confirms it at an address.',
  tags: ['webhook', 'event'],
  parameters: [
    text('webhook_type', 'What kind of webhook it takes', { usual: 'generic' }),
    url('confirmation_endpoint', 'Where its arrival is confirmed; nowhere unless given'),
  ],
  code,
  inputSchema: objectOf({ headers: { type: 'object', additionalProperties: { type: 'string' } }, body: { type: 'object' } }, ['body']),
  outputSchema: objectOf({ type: { type: 'string' }, event: { type: 'string' }, id: {}, confirmed: { type: 'boolean' } }, [
    'type',
    'event',
    'id',
    'confirmed',
  ]),
  tests: [
    {
      name: 'names the event',
      input: { body: { event: 'order.created', id: 'w-1' } },
      mock: { http: { method: 'POST', response: { status: 202, body: {} } } },
      assertions: [
        { path: 'type', operator: 'equals', expected: '{{webhook_type}}' },
        { path: 'event', operator: 'equals', expected: 'order.created' },
        { path: 'id', operator: 'equals', expected: 'w-1' },
      ],
    },
    { name: 'a body is needed', input: {}, expected_error: 'INPUT_INVALID' },
  ],
  network: ({ confirmation_endpoint }) => hostLine(confirmation_endpoint),
};
