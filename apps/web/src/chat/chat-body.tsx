import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import styles from './chat-screen.module.css';
import { openChat, useItems } from './items-store.ts';
import { Timeline } from './timeline.tsx';

interface Props {
  readonly account: string;
  readonly name: string;
}

/** The lines of a chat, or what there is instead of them. */
export function ChatBody({ account, name }: Props) {
  const { t } = useTranslation('chat');
  const shown = useItems((items) => items.account);
  const window = useItems((items) => items.window);
  const generation = useItems((items) => items.generation);
  const failed = useItems((items) => items.failed);
  if (failed && shown === account) {
    return (
      <div className={styles.middle} role="alert">
        <p>{t('notRead')}</p>
        <Button onPress={() => void openChat(account)}>{t('retry', { ns: 'common' })}</Button>
      </div>
    );
  }
  if (window === undefined || shown !== account) {
    return (
      <div className={styles.middle}>
        <Spinner label={t('loading', { ns: 'common' })} />
      </div>
    );
  }
  if (window.items.length === 0) {
    return (
      <div className={styles.middle}>
        <p>{t('empty')}</p>
      </div>
    );
  }
  return <Timeline key={generation} account={account} name={name} window={window} />;
}
