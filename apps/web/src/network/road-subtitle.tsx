import type { ContactValue } from '@sotto/local-api';
import { Layers, type LucideIcon, Pause, Zap } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { readStatus, useApp } from '../state/app-store.ts';
import { wayOf } from './judge-roads.ts';
import { PathDialog } from './path-dialog.tsx';
import styles from './road-subtitle.module.css';
import { useWayWords } from './use-way-words.ts';

interface Props {
  readonly chat: { readonly contact: ContactValue };
}

/** How the next message of a chat travels, for its header; opens the way in full. */
export function RoadSubtitle({ chat: { contact } }: Props) {
  const { t } = useTranslation('network');
  const roads = useApp((app) => app.roads);
  const access = useApp(({ settings }) => settings.relay_access);
  const [open, setOpen] = useState(false);
  const onion = roads.find(({ road }) => road === 'onion');
  const lacksPaths = onion?.state === 'up' && onion.paths === undefined;
  useEffect(() => {
    // Events tell that the road is up, and only a status by which storage nodes.
    if (lacksPaths) void readStatus();
  }, [lacksPaths]);
  const way = wayOf(contact, roads, access);
  const words = useWayWords()(way);
  const Icon: LucideIcon = 'waitsFor' in way ? Pause : way.by === 'relay' ? Zap : Layers;
  return (
    <>
      <Button
        className={styles.subtitle ?? ''}
        aria-label={t('subtitle.label', { way: words })}
        onPress={() => setOpen(true)}
      >
        <Icon size={14} aria-hidden />
        <span className={styles.words}>{words}</span>
      </Button>
      {open && <PathDialog onClose={() => setOpen(false)} />}
    </>
  );
}
