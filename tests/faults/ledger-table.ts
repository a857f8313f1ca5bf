import type { PrismaClient } from '../../src/database/connect.ts';
import { Cursors } from '../../src/ledger/cursor.ts';
import { globalId, snake } from '../../src/ledger/subjects.ts';
import { type Said, spoken } from './subscription.ts';

/** An entry of the ledger as the tables have it. */
export interface Entry {
  readonly position: bigint;
  readonly cursor: string;
  /** The negotiation’s global id; null for what belongs to none. */
  readonly negotiationId: string | null;
  /** What whoever follows it is to be told. */
  readonly tells: Said;
  readonly said: string;
  /** Whether it tells of a statement whose words were expunged since, or by this. */
  readonly isBlank: boolean;
  /** A statement right before and right after it: what filters go by. */
  readonly versions: readonly { readonly acts: readonly string[]; readonly speakerId: string | null }[];
}

interface Row {
  position: bigint;
  negotiation_id: string | null;
  action: string;
  subject_type: string;
  subject_id: string;
  note: string | null;
  text: string | null;
  state: string | null;
  revision: number | null;
  acts: string[] | null;
  speaker_id: string | null;
  acts_before: string[] | null;
  speaker_id_before: string | null;
  title: string | null;
}

/** The whole ledger, by the tables alone: nothing here goes through the code that pushes. */
export async function readLedger(prisma: PrismaClient): Promise<Entry[]> {
  const [head] = await prisma.$queryRaw<{ cursor_key: Uint8Array }[]>`SELECT cursor_key FROM ledger_head`;
  if (head === undefined) throw new Error('the ledger has no head');
  const cursors = new Cursors(head.cursor_key);
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT l.position, l.negotiation_id::text, l.action::text, l.subject_type::text, l.subject_id::text, l.note,
           s.text, s.state::text, s.revision, s.speech_acts::text[] AS acts, s.speaker_id::text,
           b.speech_acts::text[] AS acts_before, b.speaker_id::text AS speaker_id_before, e.title
    FROM ledger l
    LEFT JOIN statement s ON s.id = l.subject_id AND s.from_position <= l.position AND s.until_position > l.position
    LEFT JOIN statement b ON b.id = l.subject_id AND b.from_position < l.position AND b.until_position >= l.position
    LEFT JOIN event e ON e.id = l.subject_id AND e.from_position <= l.position AND e.until_position > l.position
    ORDER BY l.position`;
  return rows.map((row) => {
    const tells = {
      action: row.action,
      kind: snake(row.subject_type).slice(1).toUpperCase(),
      id: globalId(row.subject_type, row.subject_id),
      revision: row.revision,
      words: row.text ?? row.title,
      note: row.note,
    };
    return {
      position: row.position,
      cursor: cursors.seal(row.position),
      negotiationId: row.negotiation_id === null ? null : globalId('Negotiation', row.negotiation_id),
      tells,
      said: spoken(tells),
      isBlank: row.state === 'EXPUNGED',
      versions: [version(row.acts_before, row.speaker_id_before), version(row.acts, row.speaker_id)].flat(),
    };
  });
}

function version(acts: string[] | null, speakerId: string | null) {
  return acts === null ? [] : [{ acts, speakerId: speakerId === null ? null : globalId('Person', speakerId) }];
}
