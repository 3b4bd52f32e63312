import { Download, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../state/app-store.ts';
import { api } from '../../state/connection.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { say } from '../../ui/toast.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Notice } from '../notice.tsx';
import { collectExport, type ExportProgress } from './collect-export.ts';
import styles from './export-dialog.module.css';
import { exportName } from './export-document.ts';
import { saveFile } from './save-file.ts';

/** Warns, reads everything, and hands the file over. Closing it stops the reading. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('settings');
  const program = useApp(({ state }) => state?.version ?? '');
  const [progress, setProgress] = useState<ExportProgress>();
  const { busy, problem, run } = useAction();
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);
  const write = async () => {
    if (busy) return;
    const controller = new AbortController();
    ending.current = controller;
    const { signal } = controller;
    const now = new Date();
    const done = await run(async () => {
      const parts = await collectExport({
        api: api(),
        program,
        now: now.getTime(),
        signal,
        onProgress: setProgress,
      });
      // Nobody waits for it any more.
      if (!signal.aborted) saveFile(exportName(now), parts);
    });
    if (!done || signal.aborted) return;
    say(t('data.exportDone'));
    onClose();
  };
  return (
    <Dialog
      title={t('data.exportTitle')}
      onClose={onClose}
      alert
      actions={
        <>
          <Button onPress={onClose}>{t('cancel', { ns: 'common' })}</Button>
          <Button look="primary" icon={Download} onPress={() => void write()}>
            {t('data.exportGo')}
          </Button>
        </>
      }
    >
      <Notice icon={TriangleAlert} tone="warning">
        {t('data.exportWarning')}
      </Notice>
      <p>{t('data.exportHolds')}</p>
      {busy && <Progress progress={progress} />}
      {problem !== undefined && (
        <Notice icon={TriangleAlert} tone="danger">
          <p role="alert">{problem}</p>
        </Notice>
      )}
    </Dialog>
  );
}

function Progress({ progress }: { readonly progress: ExportProgress | undefined }) {
  const { t, i18n } = useTranslation('settings');
  const shown = progress ?? { chats: 0, of: 0, messages: 0 };
  const messages = new Intl.NumberFormat(i18n.language).format(shown.messages);
  return (
    <div className={styles.progress}>
      <p role="status">{t('data.exporting')}</p>
      <progress
        className={styles.bar}
        aria-label={t('data.exportProgress')}
        max={Math.max(1, shown.of)}
        value={shown.chats}
      />
      <p className={styles.counts}>
        {t('data.exportedChats', { count: shown.of, done: shown.chats })} ·{' '}
        {t('data.exportedMessages', { count: shown.messages, shown: messages })}
      </p>
    </div>
  );
}
