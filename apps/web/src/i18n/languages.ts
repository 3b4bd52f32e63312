import type { SettingsValue } from '@sotto/local-api';

/** Languages of the page, each named in itself. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const;
export type Language = keyof typeof LANGUAGES;

/** The chosen language, or the first of the browser's that is there, or English. */
export function languageOf(
  choice: SettingsValue['language'],
  preferred: readonly string[] = navigator.languages,
): Language {
  if (choice !== 'system') return choice;
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0];
    if (language !== undefined && Object.hasOwn(LANGUAGES, language)) return language as Language;
  }
  return 'en';
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
