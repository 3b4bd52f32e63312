export function AddContactDialog(_props: { readonly onClose: () => void }) {
  return null;
}
