/** What the page of the test has: the studio's writing, and folders whose writing fails where a test says. */
export { writeInto } from "../../src/files/index.js";

/** What of a write can fail, in order. */
export const STAGES = ["look", "create", "open", "write", "close"] as const;
export type Stage = (typeof STAGES)[number];

/** The folder, in which this fails with that error. Everything else is the browser's own. */
export function failingAt(
  folder: FileSystemDirectoryHandle,
  stage: Stage,
  name: string,
): FileSystemDirectoryHandle {
  const fail = (): never => {
    throw new DOMException("as the test says", name);
  };
  return {
    getFileHandle: async (file: string, options?: FileSystemGetFileOptions) => {
      if (stage === (options?.create === true ? "create" : "look")) fail();
      const handle = await folder.getFileHandle(file, options);
      return {
        createWritable: async () => {
          if (stage === "open") fail();
          const writable = await handle.createWritable();
          return {
            abort: () => writable.abort(),
            write: async (blob: Blob) => {
              await writable.write(stage === "write" ? blob.slice(0, blob.size / 2) : blob);
              if (stage === "write") fail();
            },
            close: async () => (stage === "close" ? fail() : await writable.close()),
          };
        },
      };
    },
    removeEntry: (file: string) => folder.removeEntry(file),
  } as unknown as FileSystemDirectoryHandle;
}

/** A folder of the browser's own file system, new each time. */
export async function newFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return await root.getDirectoryHandle(crypto.randomUUID(), { create: true });
}

/** Names and texts of what a folder holds; folders in it have none. */
export async function textsOf(
  folder: FileSystemDirectoryHandle,
): Promise<Readonly<Record<string, string | null>>> {
  const texts: Record<string, string | null> = {};
  for await (const [name, handle] of folder.entries()) {
    texts[name] =
      handle.kind === "file" ? await (await (handle as FileSystemFileHandle).getFile()).text() : null;
  }
  return texts;
}
