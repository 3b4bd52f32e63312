import type { Result } from '@sotto/local-api';
import { CircleAlert, CircleCheck, ImageUp } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { readQr } from '../ui/read-qr.ts';
import { useAction } from '../ui/use-action.ts';
import { toBase64Url } from './base64url.ts';
import styles from './compare-picture.module.css';

type Outcome = Result<'contacts.compare'>['result'] | 'none';

/** Reads the code in a photo of the other screen and says whether it is the right one. */
export function ComparePicture({ account }: { readonly account: string }) {
  const { t } = useTranslation('contact');
  const { problem, run } = useAction();
  const [outcome, setOutcome] = useState<Outcome>();
  const compare = (files: FileList | null) =>
    run(async () => {
      setOutcome(undefined);
      const file = files?.[0];
      if (file === undefined) return;
      const found = await readQr(file);
      if (found === undefined) setOutcome('none');
      // A code of text, such as a link, has no bytes of ours.
      else if (found.bytes.length === 0) setOutcome('malformed');
      else
        setOutcome(
          (await api().call('contacts.compare', { who: account, code: toBase64Url(found.bytes) })).result,
        );
    });
  const matches = outcome === 'match';
  return (
    <div className={styles.compare}>
      <FileTrigger acceptedFileTypes={['image/*']} onSelect={(files) => void compare(files)}>
        <Button icon={ImageUp}>{t('safety.picture')}</Button>
      </FileTrigger>
      <div role="status">
        {outcome !== undefined && (
          <p className={`${styles.outcome} ${matches ? styles.match : styles.other}`}>
            {matches ? <CircleCheck size={20} aria-hidden /> : <CircleAlert size={20} aria-hidden />}
            <span>{t(`safety.result.${outcome}`)}</span>
          </p>
        )}
      </div>
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
