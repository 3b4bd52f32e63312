import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../contact/confirm.tsx';
import { isolated } from '../contact/name-of.ts';
import { api } from '../state/connection.ts';
import { go, replaceRoute } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import styles from './composer.module.css';

interface Props {
  readonly account: string;
  readonly name: string;
}

/** A stranger wrote: take them in, forget them, or shut the door. Replying takes them in too. */
export function RequestBar({ account: who, name }: Props) {
  const { t } = useTranslation('chat');
  const { problem, run } = useAction();
  const [asked, setAsked] = useState<'delete' | 'block'>();
  const shown = isolated(name);
  const accept = async () => {
    if (!(await run(() => api().call('contacts.accept', { who })))) return;
    replaceRoute({ screen: 'chats', chat: who });
  };
  const end = async (how: 'delete' | 'block') => {
    await api().call(how === 'delete' ? 'contacts.delete' : 'contacts.block', { who });
    say(t(`request.${how}Done`));
    setAsked(undefined);
    go({ screen: 'requests' });
  };
  return (
    <section className={styles.bar} aria-label={t('request.label')}>
      <p className={styles.title}>{t('request.title', { name: shown })}</p>
      <p className={styles.soft}>{t('request.safety')}</p>
      {problem && <p role="alert">{problem}</p>}
      <div className={styles.acts}>
        <Button look="danger" onPress={() => setAsked('block')}>
          {t('request.block')}
        </Button>
        <Button look="danger" onPress={() => setAsked('delete')}>
          {t('request.delete')}
        </Button>
        <Button look="primary" onPress={() => void accept()}>
          {t('request.accept')}
        </Button>
      </div>
      {asked && (
        <Confirm
          title={t(`request.${asked}Title`, { name: shown })}
          yes={t(`request.${asked}Now`)}
          act={() => end(asked)}
          onClose={() => setAsked(undefined)}
        >
          {t(`request.${asked}Text`)}
        </Confirm>
      )}
    </section>
  );
}
