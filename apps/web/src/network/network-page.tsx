export function NetworkPage() {
  return <main id="main" />;
}
