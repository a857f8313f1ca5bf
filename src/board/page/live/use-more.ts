import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useFocusOnNext } from './use-focus-on-next.ts';

export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

export interface More<Node> {
  readonly nodes: readonly Node[];
  readonly state: 'some' | 'reading' | 'none';
  readonly goOn: () => void;
  /** What has the nodes as its children: who goes on stands at the first that comes. */
  readonly list: RefObject<never>;
}

/**
 * A list whose first page is known. The pages behind it are read when they are asked for, and again with each new first
 * page, from where that ends: so nothing falls between the two.
 * @param keyOf tells a node that moved from one page to the next
 */
export function useMore<Node>(
  first: Page<Node>,
  keyOf: (node: Node) => string,
  read: (after: string | null) => Promise<Page<Node> | null | undefined>,
): More<Node> {
  const [wanted, setWanted] = useState(0);
  const [behind, setBehind] = useState({ pages: 0, nodes: [] as readonly Node[], hasMore: false });
  const reader = useRef(read);
  const held = useRef(0);
  reader.current = read;
  held.current = behind.pages;
  useEffect(() => {
    if (wanted === 0) return;
    let isLeft = false;
    const readOn = async () => {
      const nodes: Node[] = [];
      let { pageInfo } = first;
      for (let n = 0; n < wanted && pageInfo.hasNextPage && !isLeft; n++) {
        const page = await reader.current(pageInfo.endCursor);
        if (!page) break;
        nodes.push(...page.nodes);
        pageInfo = page.pageInfo;
      }
      if (!isLeft) setBehind({ pages: wanted, nodes, hasMore: pageInfo.hasNextPage });
    };
    readOn().catch(() => {
      if (!isLeft) setWanted(held.current);
    });
    return () => {
      isLeft = true;
    };
  }, [first, wanted]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what tells nodes apart is always the same
  const nodes = useMemo(
    () => [...new Map([...first.nodes, ...behind.nodes].map((node) => [keyOf(node), node])).values()],
    [first, behind],
  );
  const hasMore = behind.pages === 0 ? first.pageInfo.hasNextPage : behind.hasMore;
  const { list, mark } = useFocusOnNext(nodes.map(keyOf));
  const goOn = () => {
    if (wanted > behind.pages) return;
    mark();
    setWanted(wanted + 1);
  };
  return { nodes, state: wanted > behind.pages ? 'reading' : hasMore ? 'some' : 'none', goOn, list };
}
