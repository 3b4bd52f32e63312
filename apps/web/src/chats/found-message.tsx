import type { FoundValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/avatar.tsx';
import { Highlighted } from './highlighted.tsx';
import styles from './search-results.module.css';
import { shortTime } from './time-words.ts';

interface Props {
  readonly found: FoundValue;
  /** Of which chat it is, where several are searched. */
  readonly withName?: boolean;
  readonly onOpen: () => void;
}

/** A message that was found; opens it where it stands. */
export function FoundMessage({
  found: { account_id: account, name, item, matches },
  withName,
  onOpen,
}: Props) {
  const { t, i18n } = useTranslation('chats');
  if (item.kind !== 'text') return null;
  const time = shortTime(item.sent_at, Date.now(), i18n.language);
  const who = name ?? t('unnamed', { ns: 'common' });
  const sender = item.direction === 'out' ? t('you', { ns: 'common' }) : who;
  return (
    <button type="button" className={styles.result} onClick={onOpen}>
      {withName && <Avatar account={account} name={name} size={36} />}
      <span className={styles.words}>
        <span className={styles.line}>
          <bdi className={styles.name}>{withName ? who : sender}</bdi>
          <span className={styles.time}>{time}</span>
        </span>
        <span className={styles.excerpt}>
          {withName && item.direction === 'out' && <span>{t('search.you')} </span>}
          <Highlighted text={item.text} matches={matches} />
        </span>
      </span>
    </button>
  );
}
