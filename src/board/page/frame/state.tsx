import type { ReactNode } from 'react';

/** What is shown in place of what there is none of: a sentence, what to make of it, and what can be done. */
export function State({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="state">
      <h2>{title}</h2>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  );
}
