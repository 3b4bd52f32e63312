import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The page, as a few files that one process serves from memory. Nothing is inlined, so that the content
 * policy can forbid inline code and styles.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 1200,
  },
});
