import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { SearchActorsDocument } from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { useWords } from '../words/language.tsx';
import type { Chosen } from './writing.ts';

interface ActorChoiceProps {
  readonly label: string;
  readonly kind: 'Person' | 'Organization';
  readonly value: Chosen | null;
  readonly problem: string | undefined;
  readonly choose: (actor: Chosen | null) => void;
}

/** What is typed is looked up once the writer pauses. */
const PAUSE_MS = 120;

/** A person or an organization of the record, found by name as it is typed: arrows and Enter choose. */
export function ActorChoice({ label, kind, value, problem, choose }: ActorChoiceProps) {
  const words = useWords();
  const record = useRecord();
  const id = useId();
  const [text, setText] = useState(value?.name ?? '');
  const [found, setFound] = useState<readonly Chosen[]>([]);
  const [at, setAt] = useState(0);
  const isOpen = found.length > 0;
  useEffect(() => setText(value?.name ?? ''), [value]);

  useEffect(() => {
    const name = text.trim();
    if (name.length < 2 || name === value?.name) return setFound([]);
    let isLeft = false;
    const timer = setTimeout(() => {
      record.ask(SearchActorsDocument, { name, first: 20 }).then(
        ({ searchActors }) => {
          if (isLeft) return;
          setFound(searchActors.nodes.filter(({ __typename }) => __typename === kind).slice(0, 8));
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

  const take = (actor: Chosen | undefined) => {
    if (actor === undefined) return;
    choose({ id: actor.id, name: actor.name });
    setFound([]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    if (event.key === 'ArrowDown') setAt((at + 1) % found.length);
    else if (event.key === 'ArrowUp') setAt((at + found.length - 1) % found.length);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) take(found[at]);
    else if (event.key === 'Escape') setFound([]);
    else return;
    event.preventDefault();
  };

  return (
    <div className="field actor-choice">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen ? `${id}-${at}` : undefined}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        autoComplete="off"
        value={text}
        placeholder={words.desk.name}
        onKeyDown={onKeyDown}
        onBlur={() => setFound([])}
        onChange={({ target }) => {
          setText(target.value);
          if (value !== null) choose(null);
        }}
      />
      <div className="choices" id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen}>
        {found.map((actor, index) => (
          <div
            key={actor.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onMouseDown={(event) => {
              event.preventDefault();
              take(actor);
            }}
          >
            <bdi>{actor.name}</bdi>
          </div>
        ))}
      </div>
      {problem !== undefined && (
        <p className="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}
