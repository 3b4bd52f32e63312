import './zod-without-eval.ts';
import './theme/tokens.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { initLanguages } from './i18n/init.ts';
import { languageOf } from './i18n/languages.ts';
import { followApp, useApp } from './state/app-store.ts';
import { followChats } from './state/chats-store.ts';
import { stayConnected } from './state/connection.ts';
import { followHistory } from './state/route.ts';
import { applyTheme } from './theme/apply-theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const { settings } = useApp.getState();
applyTheme(settings);
await initLanguages(languageOf(settings.language));
followHistory();
followApp();
followChats();
void stayConnected();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
