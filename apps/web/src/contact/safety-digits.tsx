import { useTranslation } from 'react-i18next';
import { digitGroups, spelled } from './digit-groups.ts';
import styles from './safety-digits.module.css';

/** A safety number as both sides see it: the same groups in the same order. */
export function SafetyDigits({ digits }: { readonly digits: string }) {
  const { t } = useTranslation('contact');
  return (
    <ol dir="ltr" className={styles.digits} aria-label={t('safety.digits')}>
      {digitGroups(digits).map((group, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be equal; their places are what they are
        <li key={at}>
          <span aria-hidden="true">{group}</span>
          <span className="visually-hidden">{spelled(group)}</span>
        </li>
      ))}
    </ol>
  );
}
