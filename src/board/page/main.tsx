import { createRoot } from 'react-dom/client';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/board.css';
import './styles/matrix.css';
import './styles/standing.css';
import './styles/stream.css';
import './styles/panel.css';
import './styles/desk.css';
import './styles/negotiations.css';
import './styles/print.css';
import { App } from './app.tsx';
import { Part } from './frame/part.tsx';
import { LanguageProvider } from './words/language.tsx';

const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no place for the page');
createRoot(page).render(
  <LanguageProvider>
    <Part isPage>
      <App />
    </Part>
  </LanguageProvider>,
);
