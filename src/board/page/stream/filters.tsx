import { useRef } from 'react';
import { useQuery } from 'urql';
import type { Address, Filter } from '../address.ts';
import { namesIn } from '../desk/names.ts';
import { NamesDocument, type StandingFragment } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';

interface FiltersProps {
  readonly standing: StandingFragment;
  readonly address: Address;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
}

/** What narrows the stream. Each choice is in the address. */
export function Filters({ standing, address, change }: FiltersProps) {
  const words = useWords();
  const { filter, order } = address;
  const parties = standing.participations.nodes.filter(({ actor }) => actor.__typename === 'Organization');
  const all = useRef<HTMLDivElement>(null);
  const names = useNames([filter.speaker, filter.outlet]);
  const narrow = (part: Filter) => change({ filter: without({ ...filter, ...part }) });
  // What was pressed is gone by then.
  const clear = (filter: Filter) => {
    change({ filter });
    all.current?.querySelector('select')?.focus();
  };
  const isNarrow = Object.keys(filter).length > 0;

  return (
    <div className="filters" ref={all}>
      <Choice
        label={words.stream.party}
        value={filter.party}
        options={[...new Map(parties.map(({ actor }) => [actor.id, actor.name]))]}
        choose={(party) => narrow({ party })}
      />
      <Choice
        label={words.stream.term}
        value={filter.term}
        options={standing.terms.nodes.map(({ id, title }) => [id, title])}
        choose={(term) => narrow({ term })}
      />
      <Choice
        label={words.stream.level}
        value={filter.level}
        options={Object.entries(words.enums.level)}
        choose={(level) => narrow({ level: level as Filter['level'] })}
      />
      <Choice
        label={words.stream.act}
        value={filter.act}
        options={Object.entries(words.enums.act)}
        choose={(act) => narrow({ act: act as Filter['act'] })}
      />
      <Choice
        label={words.stream.words}
        value={filter.words}
        options={Object.entries(words.enums.quotation)}
        choose={(quotation) => narrow({ words: quotation as Filter['words'] })}
      />
      {(['speaker', 'outlet'] as const).map(
        (name) =>
          filter[name] && (
            <button
              key={name}
              type="button"
              className="chip"
              onClick={() => clear(without({ ...filter, [name]: undefined }))}
            >
              {words.stream[name]} <bdi>{names.get(filter[name])}</bdi> <span aria-hidden="true">×</span>
              <span className="unseen">{words.stream.clear}</span>
            </button>
          ),
      )}
      <select
        className="choice order"
        aria-label={words.stream.order}
        value={order}
        onChange={({ target }) => change({ order: target.value as Address['order'] })}
      >
        <option value="recorded">{words.stream.recorded}</option>
        <option value="said">{words.stream.said}</option>
      </select>
      {isNarrow && (
        <button type="button" className="quiet" onClick={() => clear({})}>
          {words.stream.clear}
        </button>
      )}
    </div>
  );
}

/** What those are called who were filtered by from where they are named. */
function useNames(given: readonly (string | undefined)[]): ReadonlyMap<string, string> {
  const ids = given.filter((id) => id !== undefined);
  const [{ data }] = useQuery({ query: NamesDocument, variables: { ids }, pause: ids.length === 0 });
  return namesIn(data?.nodes ?? []);
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [string, string])[];
  readonly choose: (value: string | undefined) => void;
}

/** A choice that is named by what stands in it while nothing is chosen. */
function Choice({ label, value, options, choose }: ChoiceProps) {
  return (
    <select
      className="choice"
      aria-label={label}
      data-chosen={value !== undefined}
      value={value ?? ''}
      onChange={({ target }) => choose(target.value || undefined)}
    >
      <option value="">{label}</option>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  );
}

function without(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
