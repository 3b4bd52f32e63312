import type { AppStateValue } from '@sotto/local-api';

export function Unlock(_props: { readonly state: AppStateValue }) {
  return <main />;
}
