import { useTranslation } from 'react-i18next';
import styles from './id-digits.module.css';
import { idGroups } from './id-groups.ts';

/** An account ID in groups. Selected and copied by hand it is one text without gaps. */
export function IdDigits({ id }: { readonly id: string }) {
  const { t } = useTranslation('share');
  return (
    <code className={styles.digits} dir="ltr" translate="no">
      <span className="visually-hidden">{t('id.label')}</span>
      {idGroups(id).map((group, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be equal; their places are what they are
        <span key={at}>{group}</span>
      ))}
    </code>
  );
}
