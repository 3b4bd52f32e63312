import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isolated } from '../contact/name-of.ts';
import { useApp } from '../state/app-store.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './composer.module.css';
import { sends } from './composer-keys.ts';
import { ComposerNotice } from './composer-notice.tsx';
import { grow } from './grow.ts';
import { bytesLeft } from './text-size.ts';
import { useDraft } from './use-draft.ts';
import { useSend } from './use-send.ts';
import { useTypingSign } from './use-typing-sign.ts';
import { WordsDialog } from './words-dialog.tsx';

interface Props {
  readonly account: string;
  readonly name: string;
  /** What was typed before; read once. */
  readonly draft: string;
  readonly placeholder: string;
  readonly takesFocus: boolean;
  readonly onLookAtContact: () => void;
}

/**
 * Where one writes. The browser owns the text while it is typed: a key changes no state here but whether
 * there is something to send, and how much is left near the limit.
 */
export function Composer({ account, name, draft, placeholder, takesFocus, onLookAtContact }: Props) {
  const { t } = useTranslation('chat');
  const field = useRef<HTMLTextAreaElement>(null);
  // A field that nobody has typed in yet would follow its default: to what another tab has written, or sent.
  const [begun] = useState(draft);
  const enterSends = useApp(({ settings }) => settings.enter_sends);
  const [isFilled, setFilled] = useState(draft.trim() !== '');
  const [left, setLeft] = useState(() => bytesLeft(draft));
  const { changed, forget } = useDraft(account);
  const sign = useTypingSign(account);
  const { unsent, doubted, send, clear } = useSend(account);
  useEffect(() => {
    if (field.current === null) return;
    grow(field.current);
    if (!takesFocus || document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
    field.current.focus({ preventScroll: true });
    field.current.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [takesFocus]);

  const show = (text: string) => {
    setFilled(text.trim() !== '');
    setLeft(bytesLeft(text));
  };
  const write = (text: string) => {
    if (field.current === null) return;
    field.current.value = text;
    grow(field.current);
    show(text);
  };
  const submit = async (text: string, isSure = false) => {
    if (text.trim() === '' || (bytesLeft(text) ?? 0) < 0) return;
    write('');
    sign.stop();
    if (await send(text, isSure)) {
      // What was begun meanwhile is a draft by itself.
      if ((field.current?.value ?? '') === '') forget();
      return;
    }
    const meanwhile = field.current?.value ?? '';
    write(meanwhile === '' ? text : `${text}\n${meanwhile}`);
    changed(field.current?.value ?? text);
  };
  const onInput = ({ currentTarget }: FormEvent<HTMLTextAreaElement>) => {
    const text = currentTarget.value;
    grow(currentTarget);
    show(text);
    changed(text);
    sign.typed(text);
    if (unsent !== undefined) clear();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (!sends(event.nativeEvent, enterSends)) return;
    event.preventDefault();
    void submit(event.currentTarget.value);
  };
  return (
    <form
      className={styles.composer}
      aria-label={t('composer.form')}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(field.current?.value ?? '');
        field.current?.focus();
      }}
    >
      <ComposerNotice unsent={unsent} left={left} onLookAtContact={onLookAtContact} />
      <div className={styles.line}>
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          dir="auto"
          defaultValue={begun}
          aria-label={t('composer.label', { name: isolated(name) })}
          placeholder={placeholder}
          onInput={onInput}
          onKeyDown={onKeyDown}
        />
        <IconButton
          type="submit"
          icon={SendHorizontal}
          label={t('composer.send')}
          look="primary"
          mirrored
          isDisabled={!isFilled || (left ?? 0) < 0}
        />
      </div>
      {doubted !== undefined && <WordsDialog onClose={clear} onSend={() => void submit(doubted, true)} />}
    </form>
  );
}
