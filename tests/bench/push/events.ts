// What is published and what is subscribed to, the same for every server: an operation of twelve fields, whose message
// is of about 600 bytes.

export const NEGOTIATION = 'bench-talks';

export const OPERATION = subscription('');

/** The same for a group of its own: another document, which asks for as much. */
export function operationOf(group: number): string {
  return subscription(`Group${group}`);
}

function subscription(name: string): string {
  return `subscription Push${name}($negotiationId: ID!, $after: Cursor) {
  statements(negotiationId: $negotiationId, after: $after) {
    __typename
    ... on StatementEvent {
      cursor
      recordedAt
      statement {
        id
        text
        state
        revision
        quotationType
        speechActs
        attributionLevel
        source { kind person { name } }
      }
    }
  }
}`;
}

/** The length of a text with which a message comes to about 600 bytes. */
export const ORDINARY = 130;
/** The same for 4 kB. */
export const LONG = 3_540;

const WORDS =
  'The spokesperson said that talks would go on through the night, that both sides held to what they had offered on the crossing and on wages, and that nothing was agreed until all of it was. ';
const DIGITS = 7;

/** A statement that can be told from the others, and put in order, by its text. */
export function content(number: number, length: number): object {
  return {
    text: textOf(number, length),
    quotationType: 'INDIRECT',
    speechActs: ['COMMENT', 'ANNOUNCE'],
    source: { kind: 'NAMED_PERSON', personId: 'bench-speaker' },
    attributionLevel: 'ON_THE_RECORD',
    said: { from: '2026-03-02T00:00:00Z', precision: 'DAY', basis: 'STATED' },
  };
}

export function textOf(number: number, length: number): string {
  const words = WORDS.repeat(Math.ceil(length / WORDS.length));
  return `#${String(number).padStart(DIGITS, '0')} ${words}`.slice(0, length);
}

/** A message of ours with the number of another. */
export function numbered(message: string, number: number): string {
  return message.replace(/#\d{7}/, `#${String(number).padStart(DIGITS, '0')}`);
}

/** The number of the statement that a message is about; null when it is about none. */
export function numberIn(message: string): number | null {
  const at = message.indexOf('"text":"#');
  return at === -1 ? null : Number(message.slice(at + 9, at + 9 + DIGITS));
}

/** What the statements refer to: a mutation and its input each, in this order. */
export const RECORD: readonly (readonly [mutation: string, input: object])[] = [
  ['openNegotiation', { externalId: NEGOTIATION, slug: NEGOTIATION, title: 'Talks of the bench', status: 'ACTIVE' }],
  ['recordPerson', { externalId: 'bench-speaker', name: 'A. Spokesperson' }],
];
