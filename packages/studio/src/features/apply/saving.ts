/** What was done leaves the page: as one zip, or file by file into a folder. */
import { saveFile, saveZip, writeInto } from "../../files/index.js";
import { lookTexts } from "../../texts/index.js";
import { begin, message, progress, renamed, results, unsaved } from "./outcome.js";
import { whyNotSaved } from "./wording.js";

const texts = lookTexts.apply;

/** Where the browser can write into folders. */
export const canUseFolder = "showDirectoryPicker" in globalThis;

export async function saveAll(): Promise<void> {
  const files = results.value;
  try {
    const blob = await saveZip(
      (async function* () {
        yield* files;
      })(),
    );
    saveFile({ name: "photos.zip", blob });
  } catch (error) {
    message.value = texts.notSaved("photos.zip", whyNotSaved(error));
  }
}

export async function saveIntoFolder(): Promise<void> {
  const folder = await chosenFolder();
  if (folder === undefined) return;
  const files = results.value;
  const stop = begin();
  let saved = 0;
  for (const [done, file] of files.entries()) {
    if (stop.aborted) break;
    progress.value = { done, all: files.length };
    try {
      const name = await writeInto(folder, file);
      if (name !== file.name) renamed.value = [...renamed.value, texts.renamed(file.name, name)];
      saved++;
    } catch (error) {
      unsaved.value = [...unsaved.value, texts.notSaved(file.name, whyNotSaved(error))];
    }
  }
  progress.value = undefined;
  message.value = texts.saved(saved, files.length, folder.name);
}

/** Undefined where there is none, which the person is told. */
async function chosenFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  const pick = (
    globalThis as unknown as { showDirectoryPicker(options: object): Promise<FileSystemDirectoryHandle> }
  ).showDirectoryPicker;
  try {
    return await pick({ mode: "readwrite" });
  } catch (error) {
    const isClosed = (error as DOMException).name === "AbortError";
    message.value = isClosed ? texts.noFolder : texts.notSaved(texts.photos, whyNotSaved(error));
    return undefined;
  }
}
