import type { ChatItemValue } from '@sotto/local-api';
import { clockTime } from '../chats/time-words.ts';
import { RoadMark } from '../network/road-mark.tsx';
import styles from './message-meta.module.css';
import { StatusGlyph } from './status-glyph.tsx';
import { useWords } from './words.ts';

interface Props {
  readonly id: string;
  readonly item: Extract<ChatItemValue, { kind: 'text' }>;
  /** The next message says the same: for screen readers only. */
  readonly quiet: boolean;
}

/** When, by which road, and how far it has come. */
export function MessageMeta({ id, item, quiet }: Props) {
  const { t, language } = useWords();
  const { state, road, stored_on: storedOn, of } = item;
  return (
    <div id={id} className={quiet ? 'visually-hidden' : styles.meta}>
      <time dateTime={new Date(item.sent_at).toISOString()}>{clockTime(item.sent_at, language)}</time>
      {road !== null && <RoadMark road={road} />}
      {state === 'queued' && <span>{t('state.queued')}</span>}
      {state === 'sent' && storedOn !== undefined && (
        <span>
          {of === undefined ? t('storedOn', { count: storedOn }) : t('storedOnOf', { count: storedOn, of })}
        </span>
      )}
      <StatusGlyph state={state} {...(state === 'queued' ? {} : { label: t(`state.${state}`) })} />
    </div>
  );
}
