import type { TFunction } from 'i18next';
import { fileSize } from './file-size.ts';

/** `45%, 5.4 MB of 12 MB`. */
export function progressWords(
  { done, size }: { readonly done: number; readonly size: number },
  t: TFunction<'chat'>,
  language: string,
): string {
  const percent = new Intl.NumberFormat(language, { style: 'percent' }).format(
    // Never whole before it is.
    size === 0 ? 0 : Math.floor((done / size) * 100) / 100,
  );
  return t('files.progress', { percent, done: fileSize(done, language), size: fileSize(size, language) });
}
