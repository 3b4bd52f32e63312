import type { ChatItemValue } from '@sotto/local-api';
import { Ellipsis } from 'lucide-react';
import { memo } from 'react';
import { MessageFiles } from './files/message-files.tsx';
import { GapNotice } from './gap-notice.tsx';
import type { Line } from './lines.ts';
import styles from './message.module.css';
import type { MessageActs } from './message-acts.ts';
import { MessageMeta } from './message-meta.tsx';
import { MessageProblem } from './message-problem.tsx';
import { MessageText } from './message-text.tsx';
import { Separators } from './separators.tsx';
import { useWords } from './words.ts';

interface Props {
  readonly item: ChatItemValue;
  readonly account: string;
  readonly line: Line;
  /** What the other side is called. */
  readonly name: string;
  /** Tab comes here. */
  readonly stop: boolean;
  /** It was jumped to. */
  readonly found: boolean;
  readonly acts: MessageActs;
}

/** One line of a chat with what stands above it. Rendered again only when something of it changed. */
export const Message = memo(
  function Message({ item, account, line, name, stop, found, acts }: Props) {
    const { t } = useWords();
    const id = `m${item.sequence}`;
    return (
      <div className={styles.row} data-sequence={item.sequence} data-first={line.first || undefined}>
        <Separators item={item} line={line} />
        {item.kind === 'gap' ? (
          <GapNotice item={item} stop={stop} />
        ) : (
          <article
            className={styles.message}
            data-direction={item.direction}
            data-found={found || undefined}
            data-item
            tabIndex={stop ? 0 : -1}
            aria-labelledby={`${id}-who ${id}-text ${id}-meta`}
            onContextMenu={(event) => {
              // Who has selected text wants the browser's menu.
              if (!window.getSelection()?.isCollapsed) return;
              event.preventDefault();
              acts.openMenu(item, event.currentTarget);
            }}
          >
            <span id={`${id}-who`} className="visually-hidden">
              {item.direction === 'out' ? t('you', { ns: 'common' }) : <bdi>{name}</bdi>}
            </span>
            <div
              className={styles.bubble}
              data-last={line.last || undefined}
              data-files={item.files !== undefined || undefined}
            >
              {item.text === '' && item.files !== undefined ? (
                <span id={`${id}-text`} className="visually-hidden">
                  {t('files.only', { count: item.files.length })}
                </span>
              ) : (
                <MessageText id={`${id}-text`} sequence={item.sequence} text={item.text} />
              )}
              <MessageFiles item={item} account={account} stop={stop} />
              <MessageMeta id={`${id}-meta`} item={item} quiet={line.quiet} />
              <MessageProblem item={item} acts={acts} />
            </div>
            <button
              type="button"
              className={styles.more}
              aria-haspopup="menu"
              aria-label={t('actions.label')}
              tabIndex={stop ? 0 : -1}
              onClick={({ currentTarget }) => acts.openMenu(item, currentTarget)}
            >
              <Ellipsis size={18} aria-hidden />
            </button>
          </article>
        )}
      </div>
    );
  },
  (one, next) =>
    one.item === next.item &&
    one.name === next.name &&
    one.stop === next.stop &&
    one.found === next.found &&
    one.acts === next.acts &&
    (Object.keys(one.line) as (keyof Line)[]).every((key) => one.line[key] === next.line[key]),
);
