import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import {
  type OrganizationKind,
  SearchActorsDocument,
  type SearchActorsQuery,
  type StandingFragment,
} from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import type { Catalogue } from '../words/en.ts';
import { useWords } from '../words/language.tsx';
import { NewActor } from './new-actor.tsx';
import type { AboutField } from './rows.tsx';
import { useSession } from './session.tsx';
import type { Chosen } from './writing.ts';

interface ActorChoiceProps {
  readonly standing: StandingFragment;
  readonly label: string;
  /** Null for either, and for nobody who is not on record yet. */
  readonly kind: 'Person' | 'Organization' | null;
  /** What an organization is taken for that is recorded here. */
  readonly taken?: OrganizationKind;
  readonly value: Chosen | null;
  readonly problem: string | undefined;
  /** What is wrong with it, where that is said elsewhere. */
  readonly about?: AboutField;
  readonly choose: (actor: Chosen | null) => void;
}

type Found = SearchActorsQuery['searchActors']['nodes'][number];

const NO_SUCH = {
  Person: ({ desk }: Catalogue) => desk.noSuchPerson,
  Organization: ({ desk }: Catalogue) => desk.noSuchOrganization,
  Either: ({ desk }: Catalogue) => desk.noSuchActor,
};

/** What is typed is looked up once the writer pauses. */
const PAUSE_MS = 120;

/**
 * A person or an organization of the record, found by name as it is typed: arrows and Enter choose. Whom the record
 * does not know yet, an editor records from here.
 */
export function ActorChoice({
  standing,
  label,
  kind,
  taken = 'OTHER',
  value,
  problem,
  about,
  choose,
}: ActorChoiceProps) {
  const words = useWords();
  const { may } = useSession();
  const record = useRecord();
  const id = useId();
  const [text, setText] = useState(value?.name ?? '');
  const [found, setFound] = useState<readonly Found[] | null>(null);
  const [at, setAt] = useState(0);
  const [isNew, setNew] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const mayRecord = kind !== null && may('EDITOR', standing.slug);
  // The last choice is to record whoever is typed.
  const choices = found === null ? [] : mayRecord ? [...found, null] : found;
  const isOpen = choices.length > 0;
  useEffect(() => setText(value?.name ?? ''), [value]);
  // Who was typed and not chosen would be missing from what is kept.
  const unchosen = value === null && text.trim() !== '' ? words.desk.chooseOrClear : '';
  useEffect(() => input.current?.setCustomValidity(unchosen), [unchosen]);

  useEffect(() => {
    const name = text.trim();
    if (name.length < 2 || name === value?.name) return setFound(null);
    let isLeft = false;
    const timer = setTimeout(() => {
      record.ask(SearchActorsDocument, { name, first: 20 }).then(
        ({ searchActors }) => {
          if (isLeft) return;
          setFound(searchActors.nodes.filter(({ __typename }) => kind === null || __typename === kind).slice(0, 8));
          setAt(0);
        },
        () => {},
      );
    }, PAUSE_MS);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [record, text, kind, value]);

  const take = (actor: Chosen | null | undefined) => {
    if (actor === undefined) return;
    setFound(null);
    if (actor === null) setNew(true);
    else choose({ id: actor.id, name: actor.name });
  };
  const back = (actor: Chosen | null) => {
    setNew(false);
    if (actor !== null) take(actor);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isChoosing = event.key === 'Enter' && !event.ctrlKey && !event.metaKey;
    // Before anybody is found it would keep the whole statement, without them.
    if (isChoosing && unchosen !== '') event.preventDefault();
    if (!isOpen) return;
    if (event.key === 'ArrowDown') setAt((at + 1) % choices.length);
    else if (event.key === 'ArrowUp') setAt((at + choices.length - 1) % choices.length);
    else if (isChoosing) take(choices[at]);
    else if (event.key === 'Escape') setFound(null);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className="field actor-choice">
        <label htmlFor={id}>{label}</label>
        <input
          id={id}
          ref={input}
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen ? `${id}-${at}` : undefined}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          {...about}
          autoComplete="off"
          value={text}
          placeholder={words.desk.name}
          onKeyDown={onKeyDown}
          onBlur={() => setFound(null)}
          onChange={({ target }) => {
            setText(target.value);
            if (value !== null) choose(null);
          }}
        />
        <div className="choices" id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen}>
          {choices.map((actor, index) => (
            <div
              key={actor?.id ?? 'new'}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault();
                take(actor);
              }}
            >
              {actor === null ? words.desk.recordAs(text.trim()) : <Named actor={actor} />}
            </div>
          ))}
        </div>
        {found?.length === 0 && !mayRecord && (
          <p className="faint" role="status">
            {NO_SUCH[kind ?? 'Either'](words)}
          </p>
        )}
        {problem !== undefined && (
          <p className="problem" id={`${id}-problem`}>
            {problem}
          </p>
        )}
      </div>
      {isNew && kind !== null && (
        <NewActor {...{ standing, kind, taken }} called={text.trim()} done={back} cancel={() => back(null)} />
      )}
    </>
  );
}

/** Some have one name: what is known of them tells them apart. */
function Named({ actor: { name, description } }: { actor: Found }) {
  return (
    <>
      <bdi>{name}</bdi> {description && <bdi className="faint">{description}</bdi>}
    </>
  );
}
