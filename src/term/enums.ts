import { enumOf } from '../graphql/enums.ts';
import type { Movement as Moved } from './rules.ts';

export const TermCategory = enumOf('TermCategory', 'What a term is about.', {
  CAPTIVE_RELEASE: 'The release of hostages or other captives.',
  PRISONER_RELEASE: 'The release of prisoners or detainees.',
  CEASEFIRE: 'An end of fighting with no date on which it resumes.',
  HUMANITARIAN_PAUSE: 'A halt of fighting for a set time or place, for people to leave or aid to come in.',
  HUMANITARIAN_ACCESS: 'The way in for aid and those who bring it.',
  BORDER_CROSSING: 'The opening of a crossing, and for whom.',
  WITHDRAWAL: 'Forces leaving a place.',
  RECOGNITION: 'Recognizing a state, a government, a union or a claim.',
  COMPENSATION: 'Payment for harm or loss.',
  WAGES: 'Pay and conditions of work.',
  OTHER: 'None of these.',
});

export const TermStatus = enumOf('TermStatus', 'Where a term stands, as the desk judges it.', {
  OPEN: 'On the table.',
  AGREED: 'Agreed between the parties.',
  DROPPED: 'Off the table.',
});

export const StanceKind = enumOf('StanceKind', 'What a party holds about a term.', {
  DEMANDS: 'Wants it of the other side.',
  OFFERS: 'Would give it.',
  ACCEPTS: 'Agrees to it.',
  CONDITIONS: 'Agrees to it if something else is so.',
  REJECTS: 'Will not have it.',
  UNDECIDED: 'Has said that it has not decided.',
});

export const Movement = enumOf<Moved>(
  'Movement',
  'How a party moved on a term from one stance to its next. The ladder is Parley’s own: REJECTS, UNDECIDED, then CONDITIONS or OFFERS, ACCEPTS.',
  {
    TOWARDS: 'Nearer to agreeing.',
    AWAY: 'Further from agreeing.',
    NONE: 'The same again.',
    CHANGED:
      'Elsewhere, where the ladder does not say nearer or further: to or from a demand, or between an offer and a condition.',
  },
);
