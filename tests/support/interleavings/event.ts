import type { Answer } from '../../../src/push/answer.ts';
import type { Told } from './record-model.ts';

/** What a client reads of an answer, on whichever way it came. */
export interface Event {
  readonly __typename: string;
  readonly cursor: string;
  readonly note?: string | null;
  readonly statement: { readonly text: string; readonly revision: number };
}

/** @throws when the answer is no event, or would resume from elsewhere */
export function readEvent(answer: Answer): Event {
  const [, json = ''] = String(answer.serverSentEvent).split('\ndata: ');
  const { data, errors, extensions } = JSON.parse(json);
  const event: Event | undefined = data?.statements;
  if (event === undefined || errors !== undefined) throw new Error(`an answer failed: ${json}`);
  if (event.cursor !== extensions.cursor) throw new Error(`an answer has two cursors: ${json}`);
  return event;
}

/**
 * @param isErasureTold whether the node has told that the statement was erased: from then on nothing of it is to be given
 * @throws when the event does not say what is to be told, or says what is to be seen no more
 */
export function checkEvent(event: Event, told: Told, isErasureTold: boolean): void {
  const { statement, action, note, text, revision } = told;
  const isErased = statement.erasedAt !== null;
  const texts = isErasureTold || action === 'EXPUNGED' ? [''] : isErased ? [text, ''] : [text];
  const notes = action === 'EXPUNGED' || !isErased ? [note] : isErasureTold ? [null] : [note, null];
  const isRight =
    event.__typename === TYPES[action] &&
    event.statement.revision === revision &&
    texts.includes(event.statement.text) &&
    notes.includes(event.note ?? null);
  if (isRight) return;
  const what = isErasureTold ? `what was erased was given, at ${told.position}` : `${told.position} was given wrong`;
  throw new Error(`${what}: ${JSON.stringify(event)} instead of ${JSON.stringify({ action, revision, texts, notes })}`);
}

const TYPES: Record<Told['action'], string> = {
  PUBLISHED: 'StatementPublished',
  CORRECTED: 'StatementCorrected',
  WITHDRAWN: 'StatementWithdrawn',
  EXPUNGED: 'StatementExpunged',
};
