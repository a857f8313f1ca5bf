import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Address } from '../address.ts';
import { useWords } from '../words/language.tsx';

interface SearchBoxProps {
  readonly search: string;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
}

/** Looks for words in what was said; “/” goes to it from anywhere. */
export function SearchBox({ search, change }: SearchBoxProps) {
  const words = useWords();
  const [text, setText] = useState(search);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(search), [search]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || isWriting(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ search: text.trim(), statement: null, line: null });
  };
  return (
    <search>
      <form className="search-box" onSubmit={submit}>
        <input
          ref={input}
          type="search"
          value={text}
          maxLength={200}
          aria-label={words.stream.search}
          aria-keyshortcuts="/"
          placeholder={words.stream.search}
          onChange={({ target }) => {
            setText(target.value);
            // The browser's own cross.
            if (target.value === '') change({ search: '' });
          }}
        />
      </form>
    </search>
  );
}

/** Whether a key that is pressed there is a letter of something, and no order to the page. */
export function isWriting(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !/^(range|checkbox)$/.test(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}
