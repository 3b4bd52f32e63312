/** Folder of the page as Vite built it: `index.html` and what it loads. For whoever serves it. */
export const pageFolder = new URL('../dist/page/', import.meta.url);
