import type { Address } from '../address.ts';
import { GoOn } from '../frame/cut.tsx';
import {
  type EventWholeFragment,
  type ImpactEffect,
  MoreEventsDocument,
  MoreImpactsDocument,
  type StandingFragment,
} from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { useMore } from '../live/use-more.ts';
import { Attribution } from '../stream/attribution.tsx';
import { Mended } from '../stream/changes.tsx';
import { When } from '../stream/when.tsx';
import { Wording } from '../stream/wording.tsx';
import { linkTo } from '../use-address.ts';
import { name } from '../words/grammar.ts';
import { useLanguage } from '../words/language.tsx';

/** Deeds and developments, and what is said that they do to the talks: where that is contested, both sides stand. */
export function Events({ standing, address }: { standing: StandingFragment; address: Address }) {
  const { words } = useLanguage();
  const record = useRecord();
  const { slug } = standing;
  const more = useMore(
    standing.events,
    ({ id }) => id,
    async (after) => (await record.ask(MoreEventsDocument, { slug, after })).negotiation?.events,
  );
  if (more.nodes.length === 0) return <p className="empty">{words.board.noEvents}</p>;
  return (
    <>
      <ul className="events" ref={more.list}>
        {more.nodes.map((event) => (
          <li key={event.id}>
            <EventView event={event} address={address} />
          </li>
        ))}
      </ul>
      <GoOn more={more} label={words.board.moreEvents} />
    </>
  );
}

function EventView({ event, address }: { event: EventWholeFragment; address: Address }) {
  const { words, figures } = useLanguage();
  const { title, description, kind, place, occurred, contested, actors, history } = event;
  const { id, helps, hinders, mixed, none } = event;
  const side = { eventId: id, address };
  return (
    <article className="event" data-contested={contested}>
      <header>
        <h3>
          <bdi>{title}</bdi>
        </h3>
        <p className="facts">
          <span>{words.enums.event[kind]}</span>
          {occurred && <When when={occurred} />}
          {place && <bdi>{place}</bdi>}
          {actors.length > 0 && <span>{figures.list(actors.map((actor) => name(actor.name)))}</span>}
          {contested && <strong className="contested">{words.board.contested}</strong>}
        </p>
        {description && (
          <p className="description" dir="auto">
            {description}
          </p>
        )}
        <Mended history={history} />
      </header>
      {(helps.nodes.length > 0 || hinders.nodes.length > 0) && (
        <div className="sides">
          <Side {...side} label={words.board.hinders} effect="HINDERS" impacts={hinders} />
          <Side {...side} label={words.board.helps} effect="HELPS" impacts={helps} />
        </div>
      )}
      {mixed.nodes.length > 0 && <Side {...side} label={words.board.mixed} effect="MIXED" impacts={mixed} />}
      {none.nodes.length > 0 && <Side {...side} label={words.board.noEffect} effect="NONE" impacts={none} />}
    </article>
  );
}

interface SideProps {
  readonly eventId: string;
  readonly label: string;
  readonly effect: ImpactEffect;
  readonly impacts: EventWholeFragment['helps'];
  readonly address: Address;
}

function Side({ eventId, label, effect, impacts, address }: SideProps) {
  const { words } = useLanguage();
  const record = useRecord();
  const more = useMore(
    impacts,
    ({ statement }) => statement.id,
    async (after) => {
      const { node } = await record.ask(MoreImpactsDocument, { eventId, effect, after });
      return node && 'impacts' in node ? node.impacts : null;
    },
  );
  return (
    <section className="side" data-effect={effect}>
      <h4>{label}</h4>
      {more.nodes.length === 0 && <p className="faint">{words.board.nobodySaysSo}</p>}
      <ul ref={more.list}>
        {more.nodes.map(({ statement, note }) => (
          <li key={statement.id}>
            <a {...linkTo({ ...address, statement: statement.id })}>
              <Attribution credit={statement} />
            </a>
            {note ? <p dir="auto">{note}</p> : <Wording statement={statement} />}
          </li>
        ))}
      </ul>
      <GoOn more={more} label={words.board.moreImpacts} />
    </section>
  );
}
