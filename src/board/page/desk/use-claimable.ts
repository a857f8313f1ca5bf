import { useEffect, useState } from 'react';
import { ClaimableDocument, type ClaimableQuery, type StandingFragment } from '../generated/operations.ts';
import type { RecordClient } from '../live/record.ts';
import { useRecord } from '../live/use-board.ts';

type Page = NonNullable<ClaimableQuery['negotiation']>;
type Nodes = { readonly [List in Exclude<keyof Page, '__typename'>]: { readonly nodes: Page[List]['nodes'] } };

/** What a statement can make claims about, by id. */
export interface Claimable {
  readonly terms: ReadonlyMap<string, string>;
  readonly events: ReadonlyMap<string, string>;
  readonly outcomes: ReadonlyMap<string, string>;
  readonly heldGroups: ReadonlyMap<string, string>;
}

/** All that there is in a negotiation to make claims about: at first what its board shows, and then the rest. */
export function useClaimable(standing: StandingFragment): Claimable {
  const record = useRecord();
  const { slug, cursor } = standing;
  const [pages, setPages] = useState<readonly Nodes[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: that the record moved on is what it is read again for
  useEffect(() => {
    let isLeft = false;
    readAll(record, slug).then(
      (pages) => {
        if (!isLeft) setPages(pages);
      },
      () => {
        // What the board shows is offered meanwhile.
      },
    );
    return () => {
      isLeft = true;
    };
  }, [record, slug, cursor]);
  const all = [standing, ...pages];
  return {
    terms: new Map(all.flatMap(({ terms }) => terms.nodes.map(({ id, title }) => [id, title]))),
    events: new Map(all.flatMap(({ events }) => events.nodes.map(({ id, title }) => [id, title]))),
    outcomes: new Map(all.flatMap(({ outcomes }) => outcomes.nodes.map(({ id, question }) => [id, question]))),
    heldGroups: new Map(
      all.flatMap(({ heldGroups }) => heldGroups.nodes.map(({ id, descriptor }) => [id, descriptor])),
    ),
  };
}

/** Reads on from where each list ended, until none of them goes on. */
async function readAll(record: RecordClient, slug: string): Promise<Page[]> {
  const pages: Page[] = [];
  let after: { [List in keyof Claimable]?: string | null } = {};
  for (;;) {
    const { negotiation } = await record.ask(ClaimableDocument, { slug, ...after });
    if (negotiation === null) return pages;
    pages.push(negotiation);
    const { terms, events, outcomes, heldGroups } = negotiation;
    if (![terms, events, outcomes, heldGroups].some(({ pageInfo }) => pageInfo.hasNextPage)) return pages;
    after = {
      terms: terms.pageInfo.endCursor ?? after.terms,
      events: events.pageInfo.endCursor ?? after.events,
      outcomes: outcomes.pageInfo.endCursor ?? after.outcomes,
      heldGroups: heldGroups.pageInfo.endCursor ?? after.heldGroups,
    };
  }
}
