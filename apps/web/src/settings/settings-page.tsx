import type { SettingsPage as Page } from '../state/route.ts';

export function SettingsPage(_props: { readonly page: Page | undefined }) {
  return <main id="main" />;
}
