import { DataFolderError } from './database/lock.ts';

/** Its message says all that whoever started the program needs to know, what to do included. */
export class PlainError extends Error {}

/** What the system or Prisma says in words of its own: a port that is taken, a file that may not be read, a server that does not answer. */
const CODES = ['EADDRINUSE', 'EACCES', 'ECONNREFUSED', 'ENOTFOUND', 'P1000', 'P1001', 'P1003', 'P1010'];

/** Whether the message of an error says all that whoever started the program needs to know. */
export function isPlain(error: unknown): error is Error {
  if (error instanceof PlainError || error instanceof DataFolderError) return true;
  return error instanceof Error && CODES.includes(String((error as { code?: unknown }).code));
}
