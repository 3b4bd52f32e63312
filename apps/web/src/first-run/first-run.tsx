import type { AppStateValue } from '@sotto/local-api';

export function FirstRun(_props: { readonly state: AppStateValue }) {
  return <main />;
}
