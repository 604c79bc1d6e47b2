/**
 * The brands of an ISO media file (ISO/IEC 23008-12, annex B; AVIF 1.1, section 6): the major brand and the compatible
 * ones; none for another file.
 *
 * @param start the file's first bytes, one character per byte.
 */
export function isoBrands(start: string): readonly string[] {
  if (start.slice(4, 8) !== "ftyp") return [];
  const boxEnd = Math.min(start.length, Buffer.from(start.slice(0, 4), "latin1").readUInt32BE());
  return [start.slice(8, 12), ...(start.slice(16, boxEnd).match(/[\s\S]{4}/g) ?? [])];
}
