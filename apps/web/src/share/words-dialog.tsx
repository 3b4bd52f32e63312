export function WordsDialog(_props: { readonly onClose: () => void }) {
  return null;
}
