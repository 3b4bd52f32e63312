import { useTranslation } from 'react-i18next';
import type { Way } from './judge-roads.ts';

/** How to say in a few words how a chat travels. */
export function useWayWords(): (way: Way) => string {
  const { t } = useTranslation('network');
  return (way) => {
    if ('waitsFor' in way) return t(`subtitle.${way.waitsFor}${way.coming ? 'Coming' : 'Waits'}`);
    const name = t(`subtitle.${way.by}`);
    const measured =
      way.hops !== undefined
        ? t('subtitle.hops', { way: name, count: way.hops })
        : way.ms !== undefined
          ? t('subtitle.latency', { way: name, ms: way.ms })
          : name;
    return way.auto ? t('subtitle.auto', { way: measured }) : measured;
  };
}
