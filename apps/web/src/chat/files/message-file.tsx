import type { FileValue } from '@sotto/local-api';
import { File as FileIcon, Image } from 'lucide-react';
import { isolated } from '../../contact/name-of.ts';
import { useChats } from '../../state/chats-store.ts';
import { Progress } from '../../ui/progress.tsx';
import { useWords } from '../words.ts';
import { fileProblem } from './file-problem.ts';
import { fileSize } from './file-size.ts';
import styles from './message-files.module.css';
import { progressWords } from './progress-words.ts';
import { saveFile, stopFile } from './save-file.ts';

interface Props {
  readonly file: FileValue;
  readonly account: string;
  /** Tab comes to its message. */
  readonly stop: boolean;
}

/** Fetching such a file again leads nowhere. */
const FOR_GOOD: readonly unknown[] = ['file-unknown-kind'];

/** One file: what it is, how far it has come, and what can be done with it. Its content is never shown here. */
export function MessageFile({ file, account, stop }: Props) {
  const { t, language } = useWords();
  const isRequest = useChats(({ byId }) => byId.get(account)?.contact.state === 'request');
  const { name: given, size, state, direction, readable, type } = file;
  const name = given ?? t('files.nameless');
  const named = { name: isolated(name), size: fileSize(size, language) };
  const isMoving = state === 'sending' || state === 'fetching';
  // Of one that is sent, its message tells.
  const problem = direction === 'out' && state === 'failed' ? undefined : fileProblem(file, t);
  const Icon = type.startsWith('image/') ? Image : FileIcon;
  const isFailed = state === 'failed' && direction === 'in';
  const act = (label: string, words: string, run: () => Promise<void>) => (
    <button
      type="button"
      className={styles.act}
      aria-label={label}
      tabIndex={stop ? 0 : -1}
      onClick={() => void run()}
    >
      {words}
    </button>
  );
  const save = () => {
    if (isMoving) return act(t('files.stopOf', named), t('files.stop'), () => stopFile(file));
    if (isFailed) {
      return FOR_GOOD.includes(file.problem_code)
        ? null
        : act(t('files.retryOf', named), t('retry', { ns: 'common' }), () => saveFile(file));
    }
    if (readable || state === 'remote') {
      return act(t('files.saveOf', named), t('files.save'), () => saveFile(file));
    }
    return null;
  };
  const isShut = direction === 'in' && isRequest;
  return (
    <li className={styles.file}>
      <Icon size={24} className={styles.icon} aria-hidden />
      <div className={styles.about}>
        <p className={styles.name}>
          <bdi>{name}</bdi>
        </p>
        {isMoving ? (
          <Progress
            label={t(state === 'sending' ? 'files.sending' : 'files.fetching', named)}
            {...{ done: file.done, size }}
            words={progressWords(file, t, language)}
          />
        ) : (
          <span className={styles.size}>{named.size}</span>
        )}
        {problem !== undefined && <p className={styles.problem}>{problem}</p>}
        {isShut && <p className={styles.size}>{t('files.notYet')}</p>}
      </div>
      {!isShut && save()}
    </li>
  );
}
