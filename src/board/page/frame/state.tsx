import type { ReactNode } from 'react';

interface StateProps {
  readonly title: string;
  readonly hint?: string;
  /** Whether it is all that the page shows, and so its heading. */
  readonly isPage?: boolean;
  readonly children?: ReactNode;
}

/** What is shown in place of what there is none of: a sentence, what to make of it, and what can be done. */
export function State({ title, hint, isPage = false, children }: StateProps) {
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <div className="state">
      <Heading>{title}</Heading>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  );
}
