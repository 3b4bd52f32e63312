import { Layers, MonitorX, ShieldAlert, Unplug, Zap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { useConnection } from '../state/connection.ts';
import { go, useRoute } from '../state/route.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { type Trouble, troubleOf } from './judge-roads.ts';
import { useLasting } from './use-lasting.ts';

/** Roads come and go with every change of a network; what is over by then need not be told. */
const PATIENCE_MS = 3_000;

const ICONS = {
  replaced: MonitorX,
  elsewhere: MonitorX,
  'wrong-relay-key': ShieldAlert,
  'untrusted-relay': ShieldAlert,
  'all-down': Unplug,
  'relay-down': Zap,
  'onion-down': Layers,
  'both-behind-onion': Layers,
  'only-relay-down': Unplug,
  'only-onion-down': Unplug,
} as const satisfies Record<Trouble, unknown>;

const DANGERS: ReadonlySet<Trouble> = new Set([
  'replaced',
  'elsewhere',
  'wrong-relay-key',
  'untrusted-relay',
]);

/** What still works while a road is in trouble. Nothing when all is well. */
export function RoadBanner() {
  const { t } = useTranslation('network');
  const trouble = useApp(({ roads, replaced, settings }) =>
    troubleOf(roads, replaced, settings.relay_access),
  );
  // Without the program nothing is known of roads, and another banner says so.
  const known = useConnection(({ phase }) => phase === 'open');
  const lasting = useLasting(known ? trouble : undefined, PATIENCE_MS);
  const onPage = useRoute().screen === 'network';
  const shown = known && trouble === 'replaced' ? trouble : lasting;
  if (shown === undefined) return null;
  const looks = !onPage && shown !== 'replaced' && shown !== 'elsewhere';
  return (
    <Banner
      icon={ICONS[shown]}
      tone={DANGERS.has(shown) ? 'danger' : 'warning'}
      live
      actions={looks && <Button onPress={() => go({ screen: 'network' })}>{t('banner.look')}</Button>}
    >
      {t(`banner.${shown}`)}
    </Banner>
  );
}
