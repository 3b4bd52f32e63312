import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { say } from './toast.tsx';

interface Props {
  readonly text: string;
  readonly label?: string;
}

/** How long it says that it is done. */
const DONE_MS = 2_000;

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, label }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), DONE_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
        say(t('copied'));
      },
      () => say(t('copyFailed')),
    );
  };
  return (
    <Button icon={copied ? Check : Copy} onPress={copy}>
      {copied ? t('copied') : (label ?? t('copy'))}
    </Button>
  );
}
