import type { Address } from '../address.ts';
import { Cut, GoOn } from '../frame/cut.tsx';
import { MoreProposalsDocument, type ProposalWholeFragment, type StandingFragment } from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { useMore } from '../live/use-more.ts';
import { When } from '../stream/when.tsx';
import { linkTo } from '../use-address.ts';
import { name } from '../words/grammar.ts';
import { useLanguage } from '../words/language.tsx';

/** Terms put together as gives and gets, and what was answered. */
export function Proposals({ standing, address }: { standing: StandingFragment; address: Address }) {
  const { words } = useLanguage();
  const record = useRecord();
  const { slug } = standing;
  const more = useMore(
    standing.proposals,
    ({ id }) => id,
    async (after) => (await record.ask(MoreProposalsDocument, { slug, after })).negotiation?.proposals,
  );
  return (
    <>
      <ul className="proposals" ref={more.list}>
        {more.nodes.map((proposal) => (
          <li key={proposal.id}>
            <ProposalView proposal={proposal} address={address} />
          </li>
        ))}
      </ul>
      <GoOn more={more} label={words.board.moreProposals} />
    </>
  );
}

function ProposalView({ proposal, address }: { proposal: ProposalWholeFragment; address: Address }) {
  const { words, figures } = useLanguage();
  const { title, status, by, to, through, tabled, statement, items, answers } = proposal;
  return (
    <article className="proposal" data-status={status}>
      <h3>
        {statement ? (
          <a {...linkTo({ ...address, statement: statement.id })}>
            <bdi>{title}</bdi>
          </a>
        ) : (
          <bdi>{title}</bdi>
        )}
      </h3>
      <p className="facts">
        <span className="proposal-status" data-status={status}>
          {words.enums.proposal[status]}
        </span>
        <span>{words.board.by(by.name, figures.list(to.map((actor) => name(actor.name))), through?.name ?? null)}</span>
        {tabled && <When when={tabled} />}
      </p>
      <div className="sides">
        {(['GIVES', 'GETS'] as const).map((side) => {
          const those = items.filter((item) => item.side === side);
          return (
            those.length > 0 && (
              <section key={side} className="side">
                <h4>{side === 'GIVES' ? words.board.gives : words.board.gets}</h4>
                <ul>
                  {those.map(({ text }) => (
                    <li key={text} dir="auto">
                      {text}
                    </li>
                  ))}
                </ul>
              </section>
            )
          );
        })}
      </div>
      {answers.nodes.length > 0 && (
        <ul className="answers" aria-label={words.board.answers}>
          {answers.nodes.map(({ id, by: answerer, kind, statement: answer }) => (
            <li key={id}>
              <a {...linkTo({ ...address, statement: answer.id })}>
                <bdi>{answerer?.name}</bdi> {kind && words.board.answered[kind]}
              </a>{' '}
              <When when={answer.said} />
            </li>
          ))}
        </ul>
      )}
      <Cut shown={answers.nodes.length} isCut={answers.pageInfo.hasNextPage} />
    </article>
  );
}
