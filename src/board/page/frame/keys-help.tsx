import { useEffect, useId, useRef, useState } from 'react';
import { areKeysOn, orderOf, setKeysOn } from '../keys.ts';
import { useWords } from '../words/language.tsx';

/** Which keys the page knows; “?” shows it from anywhere. */
export function KeysHelp() {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [areOn, setOn] = useState(areKeysOn);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (orderOf(event) !== '?' || dialog.current?.open) return;
      event.preventDefault();
      dialog.current?.showModal();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button type="button" className="quiet keys-open" onClick={() => dialog.current?.showModal()}>
        {words.keys.title}
      </button>
      <dialog
        ref={dialog}
        className="keys"
        aria-labelledby={id}
        onKeyDown={(event) => {
          // Its own: what is open beneath stays open.
          if (event.key === 'Escape') event.stopPropagation();
        }}
      >
        <div className="keys-head">
          <h2 id={id}>{words.keys.title}</h2>
          <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
            {words.statement.close} <kbd>Esc</kbd>
          </button>
        </div>
        <dl>
          {Object.entries(words.keys.of).map(([keys, what]) => (
            <div key={keys}>
              <dt>
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <label className="keys-on">
          <input
            type="checkbox"
            checked={areOn}
            onChange={({ target }) => {
              setKeysOn(target.checked);
              setOn(target.checked);
            }}
          />{' '}
          {words.keys.on}
        </label>
      </dialog>
    </>
  );
}
