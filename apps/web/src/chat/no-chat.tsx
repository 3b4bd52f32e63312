import { useTranslation } from 'react-i18next';
import { IdCard } from '../share/id-card.tsx';
import styles from './chat-screen.module.css';

/** No chat is open: one's own ID, to begin one. */
export function NoChat() {
  const { t } = useTranslation('chat');
  return (
    <div className={styles.none}>
      <h1 className="visually-hidden">{t('none')}</h1>
      <IdCard />
    </div>
  );
}
