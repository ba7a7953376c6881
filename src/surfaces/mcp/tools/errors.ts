import { defineError } from '#kernel/index.ts';

export const confirmationNeeded = defineError<{ what: string }>('MCP_CONFIRMATION_NEEDED', {
  http: 409,
  exit: 'usage',
  message: ({ what }) => `Nothing was done: a person has to agree before this can ${what}, and this client has no way to ask one.`,
  hint: () => 'Ask the person in the conversation; when they agree, call again with force: true.',
  about:
    'A tool that destroys something asks the person behind the client first. A client that cannot ask (it does not support elicitation) has to say force: true, which means that the person was asked another way.',
});

export const confirmationDeclined = defineError<{ what: string }>('MCP_CONFIRMATION_DECLINED', {
  http: 409,
  exit: 'usage',
  message: ({ what }) => `Nothing was done: the person was asked whether to ${what}, and said no.`,
  hint: () => 'Do not ask again for the same; ask the person what they want instead.',
  about: 'A tool that destroys something asked the person behind the client, who declined or closed the question.',
});
