import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { ar } from './ar/index.ts';
import { de } from './de/index.ts';
import { en } from './en/index.ts';
import type { Language } from './languages.ts';

/** All catalogues are in the page: a language switch asks nobody. */
export async function initLanguages(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en, de, ar },
    defaultNS: 'common',
    // React writes text, never markup.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

export async function changeLanguage(language: Language): Promise<void> {
  if (i18next.language !== language) await i18next.changeLanguage(language);
}
