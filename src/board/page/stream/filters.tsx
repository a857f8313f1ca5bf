import type { Address, Filter } from '../address.ts';
import type { StandingFragment } from '../generated/operations.ts';
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
  const narrow = (part: Filter) => change({ filter: without({ ...filter, ...part }) });
  const isNarrow = Object.keys(filter).length > 0;

  return (
    <div className="filters">
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
            <button key={name} type="button" className="chip" onClick={() => narrow({ [name]: undefined })}>
              {words.stream[name]} <span aria-hidden="true">×</span>
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
        <button type="button" className="quiet" onClick={() => change({ filter: {} })}>
          {words.stream.clear}
        </button>
      )}
    </div>
  );
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
