import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { recall, remember } from '../memory.ts';
import { type Dates, datesIn } from './dates.ts';
import { type Catalogue, en } from './en.ts';
import { type Figures, figuresIn } from './figures.ts';

/** The language of the page: its messages, and how it writes dates and figures. */
export interface Language {
  readonly code: 'en' | 'ar';
  readonly direction: 'ltr' | 'rtl';
  readonly words: Catalogue;
  readonly dates: Dates;
  readonly figures: Figures;
  readonly choose: (code: 'en' | 'ar') => void;
}

// Arabic with the digits that the quoted figures have.
const LOCALES = { en: 'en-GB', ar: 'ar-u-nu-latn' } as const;

const LanguageContext = createContext<Language | null>(null);

export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (language === null) throw new Error('outside of the page');
  return language;
}

/** The messages alone. */
export function useWords(): Catalogue {
  return useLanguage().words;
}

/** Reads the catalogue that is wanted: English stands in the page, any other is fetched when it is asked for. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [code, choose] = useState(wanted);
  const [words, setWords] = useState<Catalogue | null>(code === 'en' ? en : null);

  useEffect(() => {
    let isLeft = false;
    const take = (catalogue: Catalogue) => {
      if (!isLeft) setWords(catalogue);
    };
    if (code === 'en') take(en);
    else
      import('./ar.ts').then(
        ({ ar }) => take(ar),
        () => take(en),
      );
    remember('language', code);
    return () => {
      isLeft = true;
    };
  }, [code]);

  const direction = words !== null && words !== en ? 'rtl' : 'ltr';
  useEffect(() => {
    document.documentElement.lang = direction === 'rtl' ? 'ar' : 'en';
    document.documentElement.dir = direction;
  }, [direction]);

  const language = useMemo<Language | null>(
    () =>
      words && {
        code,
        direction,
        words,
        dates: datesIn(LOCALES[direction === 'rtl' ? 'ar' : 'en']),
        figures: figuresIn(LOCALES[direction === 'rtl' ? 'ar' : 'en'], words.range),
        choose,
      },
    [code, direction, words],
  );
  return language && <LanguageContext value={language}>{children}</LanguageContext>;
}

/** What was chosen here before, else what the browser asks for. */
function wanted(): 'en' | 'ar' {
  const chosen = recall('language');
  if (chosen === 'en' || chosen === 'ar') return chosen;
  return navigator.language.startsWith('ar') ? 'ar' : 'en';
}
