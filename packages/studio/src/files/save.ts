/** Files that leave the page: one download, or one zip of many as they come. */

export interface NamedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** A download by the browser. */
export function saveFile({ name, blob }: NamedFile): void {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // The browser has the file once the click has been dealt with; Safari takes its time.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * One zip, stored as they are: photos are packed already. Zip64 where it has to be.
 *
 * @param files one after the other; the next is asked for when the last was taken.
 * @returns the archive; files that fail are the maker's to leave out.
 */
export async function saveZip(files: AsyncIterable<NamedFile>): Promise<Blob> {
  // Fetched by the few who take more than one photo.
  const { makeZip } = await import("client-zip");
  const entries = (async function* () {
    for await (const { name, blob } of files) yield { name, input: blob, lastModified: new Date() };
  })();
  return await new Response(makeZip(entries), { headers: { "content-type": "application/zip" } }).blob();
}
