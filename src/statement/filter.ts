import { builder } from '../graphql/builder.ts';
import { readId } from '../graphql/ids.ts';
import { AttributionLevel, QuotationType, SourceKind, SpeechAct } from './enums.ts';
import type { StatementFilter } from './store.ts';

export const StatementFilterInput = builder.inputType('StatementFilter', {
  description: 'Which statements; all that is given must hold, and what is left out is not narrowed.',
  fields: (t) => ({
    partyId: t.id({ description: 'Said on behalf of this organization, or of one that is part of it.' }),
    speakerId: t.id({ description: 'Said by this person, by name.' }),
    termId: t.id({ description: 'About this term, or with a stance on it.' }),
    outletId: t.id({ description: 'Carried by a report of this outlet.' }),
    speechActs: t.field({ type: [SpeechAct], description: 'Doing at least one of these.' }),
    attributionLevels: t.field({ type: [AttributionLevel], description: 'On one of these terms.' }),
    quotationTypes: t.field({ type: [QuotationType], description: 'In one of these kinds of words.' }),
    sourceKinds: t.field({ type: [SourceKind], description: 'From one of these kinds of source.' }),
    saidFrom: t.field({ type: 'DateTime', description: 'Said at this instant or later, as far as is known.' }),
    saidTo: t.field({ type: 'DateTime', description: 'Said at this instant or earlier, as far as is known.' }),
  }),
});

/** @throws ReadRefusedError BAD_ID */
export function readFilter(given: typeof StatementFilterInput.$inferInput | null | undefined): StatementFilter {
  const { partyId, speakerId, termId, outletId, ...rest } = given ?? {};
  return {
    ...rest,
    partyId: readId('Organization', partyId),
    speakerId: readId('Person', speakerId),
    termId: readId('Term', termId),
    outletId: readId('Organization', outletId),
  };
}
