import { useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { Mark } from '../ui/mark.tsx';
import { Presence } from './presence.ts';
import styles from './shield.module.css';
import { watchInput } from './watch-input.ts';

/**
 * Covers everything while nobody looks, where the person wants it. A modal dialog of the browser: above all
 * others, and all below it is inert. It is there before it is needed, so that showing it waits for nothing.
 */
export function Shield() {
  const { t } = useTranslation('settings');
  const on = useApp(({ settings }) => settings.shield);
  const cover = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = cover.current;
    if (!on || dialog === null) return;
    return guard(dialog);
  }, [on]);
  return createPortal(
    // The library hides what it did not open from screen readers, unless it is marked so.
    <dialog
      ref={cover}
      className={styles.cover}
      aria-label={t('shield.covered')}
      data-react-aria-top-layer="true"
      tabIndex={-1}
      onCancel={(event) => event.preventDefault()}
    >
      <Mark size={88} />
      <p className={styles.words}>{t('shield.cover')}</p>
    </dialog>,
    document.body,
  );
}

/** Show and hide the cover as somebody goes and comes. Returns how to stop it. */
function guard(dialog: HTMLDialogElement): () => void {
  const presence = new Presence(Date.now());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = () => {
    if (presence.away && !dialog.open) dialog.showModal();
    else if (!presence.away && dialog.open) dialog.close();
    clearTimeout(timer);
    const { idleAt } = presence;
    if (idleAt !== undefined) timer = setTimeout(pass, Math.max(0, idleAt - Date.now()));
  };
  const pass = () => {
    presence.pass(Date.now());
    show();
  };
  const look = (event?: Event) => {
    const focused = event?.type !== 'blur' && document.hasFocus();
    presence.look({ focused, visible: document.visibilityState === 'visible' });
    show();
  };
  const ending = new AbortController();
  const { signal } = ending;
  addEventListener('blur', look, { signal });
  addEventListener('focus', look, { signal });
  document.addEventListener('visibilitychange', look, { signal });
  const stopWatching = watchInput((event) => {
    const was = dialog.open;
    // A window that is pressed into has the focus, also where its event has not come yet.
    if (was) presence.look({ focused: document.hasFocus(), visible: true });
    presence.sign(Date.now());
    show();
    // What took the cover away is not meant for what lies below.
    if (was && event.type !== 'pointermove' && event.cancelable) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  look();
  return () => {
    ending.abort();
    stopWatching();
    clearTimeout(timer);
    if (dialog.open) dialog.close();
  };
}
