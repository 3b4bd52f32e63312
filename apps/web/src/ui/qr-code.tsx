import { create } from 'qrcode';
import { useMemo } from 'react';
import styles from './qr-code.module.css';

interface Props {
  /** Text, or bytes as they are. */
  readonly content: string | Uint8Array;
  /** What it is, in words. */
  readonly label: string;
}

/** White around a code, in modules (ISO/IEC 18004 asks for four). */
const QUIET = 4;

/** A QR code, always dark on white, so that every camera reads it. */
export function QrCode({ content, label }: Props) {
  const { path, size } = useMemo(() => draw(content), [content]);
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function draw(content: string | Uint8Array): { path: string; size: number } {
  const segments = typeof content === 'string' ? content : [{ data: content, mode: 'byte' as const }];
  const { modules } = create(segments, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
  }
  return { path, size: modules.size + 2 * QUIET };
}
