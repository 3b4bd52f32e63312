import { ArrowDown } from 'lucide-react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { openChat, useItems } from './items-store.ts';
import styles from './timeline.module.css';

interface Props {
  readonly account: string;
  /** The end is not in memory. */
  readonly isFar: boolean;
  readonly onPress: () => void;
}

/** Back to the end, and how much has come there meanwhile. */
export function NewestButton({ account, isFar, onPress }: Props) {
  const { t } = useTranslation('chat');
  const arrived = useItems((items) => items.arrived);
  return (
    <Button
      className={styles.newest ?? ''}
      {...(arrived > 0 ? { 'data-new': true } : { 'aria-label': t('toNewest') })}
      onPress={() => {
        if (isFar) void openChat(account);
        else onPress();
      }}
    >
      <ArrowDown size={18} aria-hidden />
      {arrived > 0 && <span>{t('arrived', { count: arrived })}</span>}
    </Button>
  );
}
