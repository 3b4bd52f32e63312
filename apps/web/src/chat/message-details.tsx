import type { ChatItemValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { fullTime } from '../chats/time-words.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import styles from './message-details.module.css';
import { problemWords } from './problem-words.ts';

interface Props {
  readonly item: Extract<ChatItemValue, { kind: 'text' }>;
  readonly onClose: () => void;
}

/** Everything that is known of one message. */
export function MessageDetails({ item, onClose }: Props) {
  const { t, i18n } = useTranslation('chat');
  const { stored_on: storedOn, of } = item;
  const stored =
    storedOn === undefined
      ? undefined
      : of === undefined
        ? t('storedOn', { count: storedOn })
        : t('storedOnOf', { count: storedOn, of });
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t('details.state'), t(`state.${item.state}`)],
    [t('details.why'), problemWords(item, t)],
    [t('details.sent'), fullTime(item.sent_at, i18n.language)],
    [
      t('details.received'),
      item.received_at === undefined ? undefined : fullTime(item.received_at, i18n.language),
    ],
    [t('details.road'), t(`road.${item.road ?? 'none'}`, { ns: 'common' })],
    [t('details.stored'), stored],
  ];
  return (
    <Dialog title={t('details.title')} onClose={onClose}>
      <dl className={styles.facts}>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        <div>
          <dt>{t('details.id')}</dt>
          <dd className={styles.id} dir="ltr">
            {item.id}
          </dd>
        </div>
      </dl>
      <div>
        <CopyButton text={item.id} label={t('details.copyId')} />
      </div>
    </Dialog>
  );
}
