export function ContactDetails(_props: { readonly account: string; readonly onClose: () => void }) {
  return null;
}
