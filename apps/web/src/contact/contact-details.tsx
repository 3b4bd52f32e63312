import { X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { ContactActions } from './contact-actions.tsx';
import styles from './contact-details.module.css';
import { ContactHead } from './contact-head.tsx';
import { ContactId } from './contact-id.tsx';
import { ContactRoad } from './contact-road.tsx';
import { ContactWarning } from './contact-warning.tsx';
import { Devices } from './devices.tsx';
import { Nickname } from './nickname.tsx';
import { SafetySection } from './safety-section.tsx';
import { useContact } from './use-contact.ts';

interface Props {
  readonly account: string;
  readonly onClose: () => void;
}

/**
 * Who a contact is and what can be done about them: a panel beside the chat, over it on narrow screens.
 * Takes the focus and gives it back. Esc closes.
 */
export function ContactDetails({ account, onClose }: Props) {
  const { t } = useTranslation('contact');
  const { t: common } = useTranslation();
  const { loaded, problem } = useContact(account);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const closeOnEsc = (event: KeyboardEvent<HTMLElement>) => {
    // Dialogs are children for React, and close themselves.
    const isInside = event.target instanceof Node && event.currentTarget.contains(event.target);
    if (event.key === 'Escape' && isInside && !event.defaultPrevented) onClose();
  };
  return (
    <section className={styles.panel} aria-labelledby={id} onKeyDown={closeOnEsc}>
      <header className={styles.header}>
        <h2 id={id} ref={heading} tabIndex={-1} className={styles.title}>
          {t('title')}
        </h2>
        <IconButton icon={X} label={common('close')} onPress={onClose} />
      </header>
      <div className={styles.body}>
        {loaded === undefined &&
          (problem ? (
            <p role="alert" className={styles.problem}>
              {t('unread')} {problem}
            </p>
          ) : (
            <Spinner label={common('loading')} />
          ))}
        {loaded !== undefined && (
          <>
            <ContactHead contact={loaded.contact} />
            <ContactWarning contact={loaded.contact} />
            <Nickname key={`${account} ${loaded.contact.name}`} contact={loaded.contact} />
            <SafetySection contact={loaded.contact} />
            <ContactRoad contact={loaded.contact} />
            <Devices devices={loaded.devices} />
            <ContactId contact={loaded.contact} />
            <ContactActions contact={loaded.contact} onClose={onClose} />
          </>
        )}
      </div>
    </section>
  );
}
