import { useTranslation } from 'react-i18next';
import { isolated } from '../contact/name-of.ts';
import { useItems } from './items-store.ts';

/** What is read out of a long message. */
const LONGEST = 300;

/**
 * What came by itself, for screen readers. The list itself is not announced: its rows come and go with
 * every scroll.
 */
export function Arrivals({ name }: { readonly name: string }) {
  const { t } = useTranslation('chat');
  const arrival = useItems((items) => items.arrival);
  const files = arrival?.kind === 'text' ? (arrival.files?.length ?? 0) : 0;
  const text = arrival?.kind === 'text' ? arrival.text.slice(0, LONGEST) : '';
  const said = text === '' && files > 0 ? t('files.only', { count: files }) : text;
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {arrival && (
        <p key={arrival.sequence}>
          {arrival.kind === 'gap'
            ? t('gap', { count: arrival.missing })
            : t('arrival', { name: isolated(name), text: isolated(said) })}
        </p>
      )}
    </div>
  );
}
