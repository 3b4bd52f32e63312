export function MyIdDialog(_props: { readonly onClose: () => void }) {
  return null;
}
