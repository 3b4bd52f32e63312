import { SendHorizontal } from 'lucide-react';
import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isolated } from '../contact/name-of.ts';
import { useApp } from '../state/app-store.ts';
import { IconButton } from '../ui/button.tsx';
import { AttachButton } from './attach/attach-button.tsx';
import { attach, forgetRefused, useAttached } from './attach/attach-store.ts';
import { AttachedList } from './attach/attached-list.tsx';
import { pastedFiles } from './attach/use-drop-files.ts';
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
  const { changed, forget } = useDraft(account);
  const sign = useTypingSign(account);
  const { unsent, doubted, send, clear } = useSend(account);
  const { files, handing, sent } = useAttached(account);
  const [sentBefore, setSentBefore] = useState(sent);
  const [left, setLeft] = useState(() => bytesLeft(draft, files.length));
  const isHanding = handing !== undefined;
  useEffect(() => {
    if (field.current === null) return;
    grow(field.current);
    if (!takesFocus || document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
    field.current.focus({ preventScroll: true });
    field.current.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [takesFocus]);

  const show = (text: string) => {
    setFilled(text.trim() !== '');
    setLeft(bytesLeft(text, files.length));
  };
  const write = (text: string) => {
    if (field.current === null) return;
    field.current.value = text;
    grow(field.current);
    show(text);
  };
  // Files take room of the text.
  useEffect(() => setLeft(bytesLeft(field.current?.value ?? '', files.length)), [files.length]);
  // Also when this chat was left and opened again while files were handed over.
  useEffect(() => {
    if (sent === sentBefore) return;
    setSentBefore(sent);
    if (field.current !== null) field.current.value = '';
    setFilled(false);
    setLeft(undefined);
    forget();
  }, [sent, sentBefore, forget]);
  const submit = async (text: string, isSure = false) => {
    if (isHanding || (bytesLeft(text, files.length) ?? 0) < 0) return;
    if (files.length > 0) {
      sign.stop();
      // The text stays until files and all are on disk.
      await send(text, isSure);
      return;
    }
    if (text.trim() === '') return;
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
    forgetRefused(account);
  };
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const pasted = pastedFiles(event.clipboardData);
    if (pasted.length === 0) return;
    event.preventDefault();
    attach(account, pasted);
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
      <AttachedList account={account} onRemoved={() => field.current?.focus()} />
      <div className={styles.line}>
        <AttachButton account={account} />
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
          onPaste={onPaste}
          readOnly={isHanding}
        />
        <IconButton
          type="submit"
          icon={SendHorizontal}
          label={t('composer.send')}
          look="primary"
          mirrored
          isDisabled={isHanding || (!isFilled && files.length === 0) || (left ?? 0) < 0}
        />
      </div>
      {doubted !== undefined && <WordsDialog onClose={clear} onSend={() => void submit(doubted, true)} />}
    </form>
  );
}
