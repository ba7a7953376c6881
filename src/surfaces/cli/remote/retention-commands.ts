import { retentionOperations } from '#retention/operations.ts';
import type { Command } from '../command.ts';
import { commandOf } from './command-of.ts';

export const retentionCommand = (words: string): Command => commandOf(words, retentionOperations);
