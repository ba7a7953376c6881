import { operation } from '#kernel/index.ts';
import { z } from 'zod';
import { command } from '../command.ts';
import { completionScript, shells } from '../completion.ts';
import type { CommandShape } from '../project.ts';

export const completionOperation = operation({
  name: 'cli.completion',
  summary: 'Print the completion script of a shell',
  details: 'Prints a script that teaches a shell the commands, flags and values of Ratchet. Load it in the start-up file of the shell.',
  input: z.object({ shell: z.enum(shells).describe('The shell that will read the script') }),
  output: z.string(),
  errors: [],
  effect: 'read',
  permission: 'system:read',
  on: {
    cli: {
      command: 'completion',
      positional: ['shell'],
      examples: [
        { line: 'ratchet completion bash', about: 'For bash; put `source <(ratchet completion bash)` into ~/.bashrc' },
        { line: 'ratchet completion zsh', about: 'For zsh; put `source <(ratchet completion zsh)` into ~/.zshrc, after compinit' },
        { line: 'ratchet completion fish', about: 'For fish; save it as ~/.config/fish/completions/ratchet.fish' },
      ],
    },
  },
  run: async ({ shapes }: { shapes: readonly CommandShape[] }, { shell }) => completionScript(shell, shapes),
});

export const completionCommand = command({
  operation: completionOperation,
  services: async (parts) => ({ shapes: await parts.shapes() }),
  show(script, screen) {
    screen.out(script);
    return { exit: 'ok' };
  },
});
