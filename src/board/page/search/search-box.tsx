import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Address } from '../address.ts';
import { orderOf } from '../keys.ts';
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
      if (orderOf(event) !== '/') return;
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
