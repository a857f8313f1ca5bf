import { Cut } from '../frame/cut.tsx';
import type { StandingFragment } from '../generated/operations.ts';
import { useLanguage } from '../words/language.tsx';

/** Who takes part, by role. */
export function Parties({ standing }: { standing: StandingFragment }) {
  const { words, dates } = useLanguage();
  const { nodes, pageInfo } = standing.participations;
  return (
    <>
      <dl className="parties">
        {Object.entries(words.enums.role).map(([role, name]) => {
          const parts = nodes.filter((part) => part.role === role);
          return (
            parts.length > 0 && (
              <div key={role}>
                <dt>{name}</dt>
                {parts.map(({ id, actor, until }) => (
                  <dd key={id} data-left={until !== null} title={actor.description ?? undefined}>
                    <bdi>{actor.name}</bdi>
                    {until && <span className="until"> {words.board.leftOn(dates.day(until))}</span>}
                  </dd>
                ))}
              </div>
            )
          );
        })}
      </dl>
      <Cut shown={nodes.length} isCut={pageInfo.hasNextPage} />
    </>
  );
}
