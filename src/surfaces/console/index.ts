export { createConsole, type ConsoleParts, type OwnServer } from './console.ts';
