import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { dotOf } from './judge-roads.ts';

/** What the dot shows, in words: part of its button's name. */
export function useRoadWords(): string {
  const { t } = useTranslation('network');
  return t(`dot.${useApp(({ roads }) => dotOf(roads))}`);
}
