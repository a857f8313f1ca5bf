import type { More } from '../live/use-more.ts';
import { useWords } from '../words/language.tsx';

interface CutProps {
  readonly shown: number;
  readonly isCut: boolean;
}

/** That there is more than is shown. */
export function Cut({ shown, isCut }: CutProps) {
  const words = useWords();
  return isCut && <p className="cut">{words.state.cut(shown)}</p>;
}

/** The same, and the way on. */
export function GoOn({ more, label }: { more: More<unknown>; label: string }) {
  const words = useWords();
  if (more.state === 'none') return null;
  return (
    <p className="cut">
      {words.state.cut(more.nodes.length)}{' '}
      <button type="button" className="quiet" onClick={more.goOn}>
        {more.state === 'reading' ? words.state.loading : label}
      </button>
    </p>
  );
}
