import { Paperclip } from 'lucide-react';
import { FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/button.tsx';
import { attach, useAttached } from './attach-store.ts';

/** Opens the system's choice of files. */
export function AttachButton({ account }: { readonly account: string }) {
  const { t } = useTranslation('chat');
  const { handing } = useAttached(account);
  return (
    <FileTrigger
      allowsMultiple
      onSelect={(files) =>
        attach(
          account,
          [...(files ?? [])].map((file) => ({ file })),
        )
      }
    >
      <IconButton icon={Paperclip} label={t('attach.button')} isDisabled={handing !== undefined} />
    </FileTrigger>
  );
}
