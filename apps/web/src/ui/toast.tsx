import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { Button, IconButton } from './button.tsx';
import styles from './toast.module.css';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));
const MAX_TOASTS = 3;
const SHOWN_MS = 7_000;
let lastId = 0;

/** Say something that is over; with an action such as undo. Returns how to take it away early. */
export function say(text: string, action?: Toast['action']): () => void {
  const id = ++lastId;
  const toast = { id, text, ...(action ? { action } : {}) };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, toast].slice(-MAX_TOASTS) }));
  setTimeout(() => hide(id), SHOWN_MS);
  return () => hide(id);
}

function hide(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Where toasts appear. Announced politely. Once per page. */
export function Toasts() {
  const { t } = useTranslation();
  const { toasts } = useToasts();
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {toasts.map(({ id, text, action }) => (
        <div key={id} className={styles.toast}>
          <span className={styles.text}>{text}</span>
          {action && (
            <Button
              look="quiet"
              onPress={() => {
                hide(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon={X} label={t('close')} onPress={() => hide(id)} />
        </div>
      ))}
    </div>
  );
}
