import type { ReactNode } from 'react';
import { boardOf } from '../address.ts';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';
import { KeysHelp } from './keys-help.tsx';
import { ThemeButton } from './theme-button.tsx';

/** The bar of every page; what a page adds to it stands in the middle. */
export function TopBar({ children }: { children?: ReactNode }) {
  const { words, code, choose } = useLanguage();
  return (
    <header className="top-bar">
      <a className="home" {...linkTo(boardOf(null))}>
        {words.parley}
        <span className="unseen"> – {words.negotiations.all}</span>
      </a>
      <div className="top-middle">{children}</div>
      <KeysHelp />
      <button
        type="button"
        className="quiet"
        lang={words.languageOfOther}
        onClick={() => choose(code === 'en' ? 'ar' : 'en')}
      >
        {words.language}
      </button>
      <ThemeButton />
    </header>
  );
}
