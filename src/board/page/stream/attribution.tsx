import type { CreditFragment, RelayKind } from '../generated/operations.ts';
import type { Catalogue } from '../words/en.ts';
import { useWords } from '../words/language.tsx';

type Source = CreditFragment['source'];

/** Whom a statement is credited to, as one line of plain text. */
export function creditLine({ source }: Pick<CreditFragment, 'source'>, words: Catalogue): string {
  const { person, descriptor, onBehalfOf } = source;
  return person?.name ?? descriptor ?? onBehalfOf?.name ?? words.statement.unsourced;
}

/** A credit, with what an unnamed source is called in these talks where that was asked. */
type Credited = CreditFragment & { readonly source: { readonly pseudonym?: string | null } };

/**
 * Whom a statement is credited to, as a news editor prints it: a person with the post held then, an unnamed source as
 * the report describes it, word for word, with the number that it has in these talks.
 */
export function Attribution({ credit }: { credit: Credited }) {
  const words = useWords();
  const { source } = credit;
  const spokenFor = source.onBehalfOf && !isSaid(source, source.onBehalfOf.name) ? source.onBehalfOf : null;
  return (
    <span className="attribution">
      {source.person ? (
        <>
          <bdi className="source">{source.person.name}</bdi>
          {source.post && (
            <span className="post">
              <bdi>{postOf(source.post)}</bdi>
            </span>
          )}
        </>
      ) : source.descriptor ? (
        <>
          <bdi className="source own">{source.descriptor}</bdi>
          {source.pseudonym && (
            <bdi className="faint" title={source.pseudonym}>
              {source.pseudonym.replace(/^.*(?= #)/s, '')}
            </bdi>
          )}
        </>
      ) : source.onBehalfOf ? (
        <bdi className="source">{source.onBehalfOf.name}</bdi>
      ) : (
        <span className="source unstated">{words.statement.unsourced}</span>
      )}
      {spokenFor && <span className="post">{words.statement.onBehalfOf(spokenFor.name)}</span>}
    </span>
  );
}

/** On what terms the source spoke, and whether the desk inferred them. */
export function Level({ credit }: { credit: Pick<CreditFragment, 'attributionLevel' | 'attributionInferred'> }) {
  const words = useWords();
  return (
    <span className="level" data-level={credit.attributionLevel}>
      {words.enums.level[credit.attributionLevel]}
      {credit.attributionInferred && <span className="inferred"> · {words.statement.inferred}</span>}
    </span>
  );
}

interface ChainProps {
  readonly relays: readonly {
    readonly kind: RelayKind;
    readonly actor: { readonly name: string } | null;
    readonly descriptor?: string | null | undefined;
  }[];
}

/** The way by which a statement came, where it was not simply told to who reports it. */
export function Chain({ relays }: ChainProps) {
  const words = useWords();
  return (
    <ol className="chain">
      {relays.map(({ kind, actor, descriptor }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a chain is one list, and changes only as a whole
        <li key={index}>
          <span className="relay">{words.enums.relay[kind]}</span> <bdi>{actor?.name ?? descriptor}</bdi>
        </li>
      ))}
    </ol>
  );
}

/** A post with its organization, which its title may name already, in full or in part. */
function postOf({ title, organization }: NonNullable<Source['post']>): string {
  if (title.includes(organization.name)) return title;
  const [office, ...parts] = title.split(', ');
  return parts.every((part) => organization.name.includes(part))
    ? `${office}, ${organization.name}`
    : `${title}, ${organization.name}`;
}

/** Whether the line says already whom the source speaks for. */
function isSaid({ person, post, descriptor }: Source, name: string): boolean {
  if (person) return post !== null && (post.organization.name === name || post.title.includes(name));
  return descriptor === null || descriptor.includes(name);
}
