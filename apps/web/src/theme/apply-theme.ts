import type { SettingsValue } from '@sotto/local-api';
import { directionOf, languageOf } from '../i18n/languages.ts';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Put what the person has chosen on the root element, where `tokens.css` reads it. */
export function applyTheme({ theme, accent, text_size, language }: SettingsValue): void {
  const root = document.documentElement;
  root.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  root.dataset['accent'] = accent;
  root.dataset['textSize'] = text_size;
  const shown = languageOf(language);
  root.lang = shown;
  root.dir = directionOf(shown);
}

/** Called when the system goes from light to dark or back. */
export function onSystemTheme(listener: () => void): void {
  dark.addEventListener('change', listener);
}
