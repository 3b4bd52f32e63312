import type { ContactValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';

/** What could turn the text around it, or end the isolation that it is put in. */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name inside a sentence: isolated (Unicode bidi, FSI … PDI), where no element can be. */
export function isolated(name: string): string {
  return `\u2068${name.replace(BIDI_CONTROLS, '')}\u2069`;
}

/** What a contact is called in sentences. */
export function useNameOf(): (contact: ContactValue) => string {
  const { t } = useTranslation();
  return ({ name }) => isolated(name ?? t('unnamed'));
}
