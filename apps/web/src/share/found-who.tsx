import type { ContactValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { isolated } from '../contact/name-of.ts';
import { Avatar } from '../ui/avatar.tsx';
import styles from './add-contact.module.css';

interface Props {
  readonly account: string;
  /** As a link claims it. */
  readonly name: string | undefined;
  readonly known: ContactValue | undefined;
}

/** So many digits at either end are enough to see that it is the right one. */
const ENDS = 8;

/** Who was recognised in what was pasted. */
export function FoundWho({ account, name, known }: Props) {
  const { t } = useTranslation('share');
  const { t: common } = useTranslation();
  const shown = known?.name ?? name;
  const state = known?.state;
  return (
    <div className={styles.found} role="status">
      <Avatar account={account} name={shown ?? null} />
      <div className={styles.about}>
        <p dir="ltr" className={styles.digits}>
          {t('add.found', { start: account.slice(0, ENDS), end: account.slice(-ENDS) })}
        </p>
        {state === undefined && name !== undefined && <p>{t('add.foundName', { name: isolated(name) })}</p>}
        <p>
          {state === undefined
            ? t('add.new')
            : state === 'request'
              ? t('add.request')
              : t('add.known', { name: isolated(known?.name ?? common('unnamed')) })}
        </p>
      </div>
    </div>
  );
}
