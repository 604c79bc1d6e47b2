/** Files of a drop, a paste or a choice, those inside of folders too. */
import type { Dropped } from "./pairing.js";

/** Hidden files and what systems put beside photos are nobody's photos. */
const isMeant = ({ path }: Dropped): boolean => !/(^|\/)(\.|__MACOSX|Thumbs\.db|desktop\.ini)/.test(path);

/** Must be called while the event is handled: afterwards the browser has forgotten it. */
export function filesOfTransfer(transfer: DataTransfer): Promise<Dropped[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (entries.every((entry) => entry === null)) return Promise.resolve(filesOfList(transfer.files));
  return Promise.all(entries.map((entry) => (entry === null ? [] : filesUnder(entry)))).then((found) =>
    sorted(found.flat()),
  );
}

export function filesOfList(list: FileList): Dropped[] {
  return sorted([...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** What was dropped by itself keeps its order, which tells before from after where nothing else does. */
function sorted(files: readonly Dropped[]): Dropped[] {
  const meant = files.filter(isMeant);
  if (meant.every(({ path }) => !path.includes("/"))) return meant;
  return meant.sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
}

async function filesUnder(entry: FileSystemEntry): Promise<Dropped[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Dropped[] = [];
  for (;;) {
    // It gives a hundred at a time, and none at the end.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (entries.length === 0) return found;
    for (const one of entries) found.push(...(await filesUnder(one)));
  }
}
