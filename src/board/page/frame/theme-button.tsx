import { useEffect, useState } from 'react';
import { recall, remember } from '../memory.ts';
import { useWords } from '../words/language.tsx';

const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

/** As the system has it, or always light, or always dark. */
export function ThemeButton() {
  const words = useWords();
  const [theme, setTheme] = useState<Theme>(() => THEMES.find((known) => known === recall('theme')) ?? 'auto');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    remember('theme', theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  return (
    <button type="button" className="quiet icon" title={words.state.theme[theme]} onClick={() => setTheme(next)}>
      <svg viewBox="0 0 16 16" aria-hidden="true" data-theme-icon={theme}>
        <circle cx="8" cy="8" r="6.2" />
        {theme === 'auto' && <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" />}
        {theme === 'dark' && <circle className="fill" cx="8" cy="8" r="6.2" />}
      </svg>
      <span className="unseen">{words.state.theme[theme]}</span>
    </button>
  );
}
