import type { ReactNode } from 'react';
import type { StatementRevisionFragment } from '../generated/operations.ts';
import { Attribution, Level } from '../stream/attribution.tsx';
import { Difference } from '../stream/changes.tsx';
import { When } from '../stream/when.tsx';
import { name } from '../words/grammar.ts';
import { type Language, useLanguage } from '../words/language.tsx';

/** Something that a version says beside its words. */
interface Fact {
  /** What it is, for finding it in another version. */
  readonly of: string;
  readonly label: string;
  /** Of what, where there may be several: a term, an event. */
  readonly about?: string;
  /** What differs when it differs. */
  readonly value: unknown;
  readonly shown: ReactNode;
}

interface CorrectedProps {
  readonly before: StatementRevisionFragment;
  readonly after: StatementRevisionFragment;
}

/** All that a correction changed, as it was and as it is. */
export function Corrected({ before, after }: CorrectedProps) {
  const language = useLanguage();
  const { words, direction } = language;
  const [was, is] = [before, after].map(
    (version) => new Map(factsOf(version, language).map((fact) => [fact.of, fact])),
  );
  const changed = [...new Map([...(was ?? []), ...(is ?? [])]).values()]
    .map(({ of, label, about }) => ({ of, label, about, was: was?.get(of), is: is?.get(of) }))
    .filter(({ was, is }) => JSON.stringify(was?.value) !== JSON.stringify(is?.value));
  const shown = (fact: Fact | undefined) => <bdi>{fact ? fact.shown : words.statement.none}</bdi>;
  return (
    <>
      {(before.text !== after.text || changed.length === 0) && <Difference before={before.text} after={after.text} />}
      {changed.length > 0 && (
        <ul className="corrected">
          {changed.map(({ of, label, about, was, is }) => (
            <li key={of}>
              <span className="faint">
                {label}
                {about && (
                  <>
                    , <bdi>{about}</bdi>
                  </>
                )}
                :
              </span>{' '}
              <del>{shown(was)}</del> <span aria-hidden="true">{direction === 'rtl' ? '←' : '→'}</span>{' '}
              <ins>{shown(is)}</ins>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function factsOf(version: StatementRevisionFragment, { words, figures }: Language): Fact[] {
  const { source, attributionLevel, attributionInferred, said, quotationType, speechActs, relays } = version;
  const { viewOf, addressedTo, stances, impacts, estimates, countClaims } = version;
  const noted = (text: string, note: string | null) => (note === null ? text : `${text}: ${note}`);
  return [
    {
      of: 'source',
      label: words.desk.sourceKind,
      value: [source.kind, source.person?.id, source.descriptor, source.onBehalfOf?.id],
      shown: (
        <>
          <Attribution credit={version} /> ({words.enums.sourceKind[source.kind]})
        </>
      ),
    },
    {
      of: 'level',
      label: words.stream.level,
      value: [attributionLevel, attributionInferred],
      shown: <Level credit={version} />,
    },
    { of: 'said', label: words.statement.saidWhen, value: said, shown: <When when={said} /> },
    {
      of: 'quotation',
      label: words.stream.words,
      value: quotationType,
      shown: words.enums.quotation[quotationType],
    },
    {
      of: 'acts',
      label: words.stream.act,
      value: speechActs,
      shown: figures.list(speechActs.map((act) => words.enums.act[act])),
    },
    {
      of: 'chain',
      label: words.statement.chain,
      value: relays,
      shown:
        relays.length > 0
          ? figures.list(
              relays.map(
                ({ kind, actor, descriptor }) => `${words.enums.relay[kind]} ${name(actor?.name ?? descriptor ?? '')}`,
              ),
            )
          : words.statement.direct,
    },
    ...optional('view', words.desk.sourceKind, viewOf && words.statement.viewOf(viewOf.name)),
    ...optional('to', words.stream.speaker, addressedTo && words.statement.to(addressedTo.name)),
    ...stances.map(({ party, term, kind, note }) =>
      text(
        `stance ${party.id} ${term.id}`,
        words.desk.stance,
        words.board.lineOf(party.name, term.title),
        noted(words.enums.stance[kind].toLocaleLowerCase(), note),
      ),
    ),
    ...impacts.map(({ event, effect, note }) =>
      text(`impact ${event.id}`, words.desk.effect, event.title, noted(words.enums.effect[effect], note)),
    ),
    ...estimates.map(({ outcome, words: said }) =>
      text(`estimate ${outcome.id}`, words.desk.addEstimate, outcome.question, said),
    ),
    ...countClaims.map(({ heldGroup, low, high, words: said }) =>
      text(
        `count ${heldGroup.id}`,
        words.desk.addCount,
        heldGroup.descriptor,
        noted(figures.count(low, high) ?? words.board.noFigure, said),
      ),
    ),
  ];
}

function text(of: string, label: string, about: string, shown: string): Fact {
  return { of, label, about, value: shown, shown };
}

function optional(of: string, label: string, shown: string | null): Fact[] {
  return shown === null ? [] : [{ of, label, value: shown, shown }];
}
