import { ChevronRight, UserRoundPlus } from 'lucide-react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { go } from '../state/route.ts';
import styles from './requests-row.module.css';

/** Where strangers wait: one row above all chats, while there are any. */
export function RequestsRow({ count }: { readonly count: number }) {
  const { t } = useTranslation('chats');
  return (
    <Button className={styles.row ?? ''} onPress={() => go({ screen: 'requests' })}>
      <span className={styles.icon}>
        <UserRoundPlus size={20} aria-hidden />
      </span>
      <span className={styles.words}>{t('requestsRow', { count })}</span>
      <ChevronRight size={18} aria-hidden className="mirrored" />
    </Button>
  );
}
