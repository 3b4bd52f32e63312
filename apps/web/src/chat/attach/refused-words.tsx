import { MAX_FILE_BYTES, MAX_FILES } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { isolated } from '../../contact/name-of.ts';
import { fileSize } from '../files/file-size.ts';
import styles from './attached-list.module.css';
import type { Refused } from './judge-files.ts';

/** As many as one reads; more are of the same kind. */
const SHOWN = 3;

/** Why something was not attached, and what to do. Nothing of it has left the page. */
export function RefusedWords({ refused }: { readonly refused: readonly Refused[] }) {
  const { t, i18n } = useTranslation('chat');
  const words = (one: Refused): string => {
    switch (one.why) {
      case 'needs-onion':
        return t('attach.needsOnion');
      case 'too-many':
        return t('attach.tooMany', { count: MAX_FILES });
      case 'folder':
        return t('attach.folder', { name: isolated(one.name) });
      case 'too-large':
        return t('attach.tooLarge', {
          name: isolated(one.name),
          size: fileSize(one.size, i18n.language),
          limit: fileSize(MAX_FILE_BYTES, i18n.language),
        });
    }
  };
  const lines = [...new Set(refused.map(words))].slice(0, SHOWN);
  return (
    <div role="alert">
      {lines.map((line) => (
        <p key={line} className={styles.refused}>
          {line}
        </p>
      ))}
    </div>
  );
}
