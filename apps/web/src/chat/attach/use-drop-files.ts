import { type DragEvent, useEffect, useState } from 'react';
import { attach } from './attach-store.ts';

interface DropFiles {
  /** Files are held over the place. */
  readonly isOver: boolean;
  readonly handlers: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** A place where files may be dropped to attach them; `account` undefined: where none can be sent to now. */
export function useDropFiles(account: string | undefined): DropFiles {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    // A file that is dropped beside it would take the place of the page.
    const refuse = (event: globalThis.DragEvent) => {
      if (event.defaultPrevented || !hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'none';
    };
    addEventListener('dragover', refuse);
    addEventListener('drop', refuse);
    return () => {
      removeEventListener('dragover', refuse);
      removeEventListener('drop', refuse);
    };
  }, []);
  return {
    isOver: isOver && account !== undefined,
    handlers: {
      onDragOver: (event) => {
        if (account === undefined || !hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      },
      onDragLeave: ({ currentTarget, relatedTarget }) => {
        if (relatedTarget instanceof Node && currentTarget.contains(relatedTarget)) return;
        setOver(false);
      },
      onDrop: (event) => {
        setOver(false);
        if (account === undefined || !hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        attach(account, offeredIn(event.dataTransfer));
      },
    },
  };
}

function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') === true;
}

function offeredIn(data: DataTransfer): readonly { file: File; isFolder: boolean }[] {
  return [...data.items].flatMap((item) => {
    const file = item.getAsFile();
    return file === null ? [] : [{ file, isFolder: item.webkitGetAsEntry()?.isDirectory === true }];
  });
}

/** Pictures and files of a clipboard; none where it has a text too, as cells of a table have. */
export function pastedFiles(data: DataTransfer): readonly { file: File }[] {
  if (data.types.includes('text/plain')) return [];
  return [...data.files].map((file) => ({ file }));
}
