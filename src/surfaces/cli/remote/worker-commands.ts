import { workerOperations } from '#workers/operations.ts';
import type { Command } from '../command.ts';
import { commandOf } from './command-of.ts';

export const workerCommand = (words: string): Command => commandOf(words, workerOperations);
