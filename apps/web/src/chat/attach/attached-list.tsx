import { File as FileIcon, Image, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isolated } from '../../contact/name-of.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { fileSize } from '../files/file-size.ts';
import { progressWords } from '../files/progress-words.ts';
import { type Attached, detach, useAttached } from './attach-store.ts';
import styles from './attached-list.module.css';
import { RefusedWords } from './refused-words.tsx';

interface Props {
  readonly account: string;
  /** One was taken away, and with it what had the focus. */
  readonly onRemoved: () => void;
}

/** What goes with the next message: to look at, to take away, and how far it is. */
export function AttachedList({ account, onRemoved }: Props) {
  const { t, i18n } = useTranslation('chat');
  const { files, refused, handing } = useAttached(account);
  return (
    <>
      <RefusedWords refused={refused} />
      <p className="visually-hidden" role="status">
        {files.length > 0 && t('attach.count', { count: files.length })}
      </p>
      {files.length > 0 && (
        <ul className={styles.list} aria-label={t('attach.list')}>
          {files.map((one) => (
            <AttachedFile
              key={one.key}
              one={one}
              isFixed={handing !== undefined}
              onRemove={() => {
                detach(account, one.key);
                onRemoved();
              }}
            />
          ))}
        </ul>
      )}
      {handing && (
        <div className={styles.handing}>
          <div className={styles.progress}>
            <span aria-hidden="true">{t('attach.handing')}</span>
            <Progress
              label={t('attach.handing')}
              done={handing.done}
              size={handing.size}
              words={progressWords(handing, t, i18n.language)}
            />
          </div>
          <Button onPress={handing.stop}>{t('attach.stop')}</Button>
        </div>
      )}
    </>
  );
}

interface FileProps {
  readonly one: Attached;
  /** It is on its way. */
  readonly isFixed: boolean;
  readonly onRemove: () => void;
}

function AttachedFile({ one: { name, size, file }, isFixed, onRemove }: FileProps) {
  const { t, i18n } = useTranslation('chat');
  const Icon = file.type.startsWith('image/') ? Image : FileIcon;
  return (
    <li className={styles.file}>
      <Icon size={18} aria-hidden />
      <span className={styles.name}>
        <bdi>{name}</bdi>
      </span>
      <span className={styles.size}>{fileSize(size, i18n.language)}</span>
      <IconButton
        icon={X}
        label={t('attach.remove', { name: isolated(name) })}
        isDisabled={isFixed}
        onPress={onRemove}
      />
    </li>
  );
}
