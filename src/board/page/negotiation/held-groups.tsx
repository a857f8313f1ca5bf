import type { Address } from '../address.ts';
import { Cut } from '../frame/cut.tsx';
import type { StandingFragment } from '../generated/operations.ts';
import { Attribution } from '../stream/attribution.tsx';
import { Mended } from '../stream/changes.tsx';
import { When } from '../stream/when.tsx';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';
import { togetherOf } from './counted.ts';

type Group = StandingFragment['heldGroups']['nodes'][number];

/** People held, as somebody describes them, with what each claimant says of how many: a range, never one number. */
export function HeldGroups({ standing, address }: { standing: StandingFragment; address: Address }) {
  const { words } = useLanguage();
  const groups = standing.heldGroups.nodes;
  if (groups.length === 0) return <p className="empty">{words.board.noHeldGroups}</p>;
  const isTop = ({ partOf }: Group) => partOf === null || !groups.some(({ id }) => id === partOf.id);
  return (
    <>
      <Groups groups={groups.filter(isTop)} all={groups} address={address} />
      <Cut shown={groups.length} isCut={standing.heldGroups.pageInfo.hasNextPage} />
    </>
  );
}

interface GroupsProps {
  readonly groups: readonly Group[];
  readonly all: readonly Group[];
  readonly address: Address;
}

function Groups({ groups, all, address }: GroupsProps) {
  return (
    <ul className="held-groups">
      {groups.map((group) => {
        const parts = all.filter(({ partOf }) => partOf?.id === group.id);
        return (
          <li key={group.id}>
            <GroupView group={group} address={address} />
            {parts.length > 0 && <Groups groups={parts} all={all} address={address} />}
          </li>
        );
      })}
    </ul>
  );
}

function GroupView({ group, address }: { group: Group; address: Address }) {
  const { words, figures } = useLanguage();
  const { descriptor, heldBy, history, latestClaims } = group;
  const together = togetherOf(group);
  const range = together && figures.count(together.low, together.high);
  return (
    <article className="held-group">
      <h3>
        <bdi className="own">{descriptor}</bdi>
        {heldBy && <span className="faint"> {words.board.heldBy(heldBy.name)}</span>}
      </h3>
      <Mended history={history} />
      {latestClaims.length === 0 ? (
        <p className="faint">{words.board.noClaims}</p>
      ) : (
        <ul className="claims">
          {latestClaims.map(({ low, high, words: said, statement }) => (
            <li key={statement.id}>
              <b className="figure">{figures.count(low, high) ?? '–'}</b>
              {said && <bdi className="own">{said}</bdi>}
              <a {...linkTo({ ...address, statement: statement.id })}>
                <Attribution credit={statement} />
              </a>
              {statement.viewOf && <span>{words.statement.viewOf(statement.viewOf.name)}</span>}
              <When when={statement.said} />
            </li>
          ))}
        </ul>
      )}
      {together?.isAgreed && range && <p className="faint">{words.board.agreed(range)}</p>}
      {together && !together.isAgreed && <p className="disputed">{words.board.disputed(range)}</p>}
    </article>
  );
}
