import { Ban, Eraser, Trash2, UserRoundCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { replaceRoute } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import { Confirm } from './confirm.tsx';
import styles from './contact-actions.module.css';
import { useNameOf } from './name-of.ts';
import { Section } from './section.tsx';
import type { ContactInFull } from './use-contact.ts';

interface Props {
  readonly contact: ContactInFull;
  readonly onClose: () => void;
}

type Asked = 'block' | 'clear' | 'delete';

const DONE = { block: 'done.blocked', clear: 'done.cleared', delete: 'done.deleted' } as const;

/** What ends something. Each asks first, and says where it takes effect. */
export function ContactActions({ contact, onClose }: Props) {
  const { t } = useTranslation('contact');
  const nameOf = useNameOf();
  const { problem, run } = useAction();
  const [asked, setAsked] = useState<Asked>();
  const { account_id: who, state } = contact;
  const act = async (what: Asked) => {
    const command = ({ block: 'contacts.block', clear: 'chats.clear', delete: 'contacts.delete' } as const)[
      what
    ];
    await api().call(command, { who });
    say(t(DONE[what]));
    setAsked(undefined);
    if (what !== 'delete') return;
    onClose();
    replaceRoute({ screen: 'chats' });
  };
  const unblock = async () => {
    if (await run(() => api().call('contacts.unblock', { who }))) say(t('done.unblocked'));
  };
  return (
    <Section title={t('actions.title')}>
      <div className={styles.actions}>
        {state === 'blocked' ? (
          <Button wide icon={UserRoundCheck} onPress={() => void unblock()}>
            {t('actions.unblock')}
          </Button>
        ) : (
          <Button wide icon={Ban} onPress={() => setAsked('block')}>
            {t('actions.block')}
          </Button>
        )}
        <Button wide icon={Eraser} look="danger" onPress={() => setAsked('clear')}>
          {t('actions.clear')}
        </Button>
        <Button wide icon={Trash2} look="danger" onPress={() => setAsked('delete')}>
          {t('actions.delete')}
        </Button>
      </div>
      {problem && <p role="alert">{problem}</p>}
      {asked !== undefined && (
        <Confirm
          title={t(`confirm.${asked}Title`, { name: nameOf(contact) })}
          yes={t(`confirm.${asked}Now`)}
          act={() => act(asked)}
          onClose={() => setAsked(undefined)}
        >
          {t(`confirm.${asked}`)}
        </Confirm>
      )}
    </Section>
  );
}
