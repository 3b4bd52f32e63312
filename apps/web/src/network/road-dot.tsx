import { useApp } from '../state/app-store.ts';
import { dotOf } from './judge-roads.ts';
import styles from './road-dot.module.css';

/**
 * Whether the roads are well, as a sign beside the section's icon: a disc, half of one, or a cross.
 * Decoration: the button is named by `useRoadWords`.
 */
export function RoadDot() {
  const state = useApp(({ roads }) => dotOf(roads));
  return (
    <span className={styles.dot} data-state={state}>
      <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        {state === 'all' && <circle cx="6" cy="6" r="5" className={styles.full} />}
        {state === 'some' && (
          <>
            <circle cx="6" cy="6" r="4.2" className={styles.ring} />
            <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" className={styles.full} />
          </>
        )}
        {state === 'none' && <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" className={styles.ring} />}
      </svg>
    </span>
  );
}
