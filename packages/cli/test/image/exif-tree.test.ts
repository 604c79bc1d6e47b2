import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ExifFolder, FOLDER_TAGS, readFolder, readTiffHead } from "../../src/image/exif-tree.js";

const EXIF = FOLDER_TAGS[0] as number;
const TYPE_UNDEFINED = 7;

interface Row {
  readonly tag: number;
  readonly count: number;
  readonly pointer: number;
}

/** A TIFF structure of `length` bytes whose first folder, at 8, has these rows. */
function structure(rows: readonly Row[], length: number): Buffer {
  const bytes = Buffer.alloc(Math.max(length, 8 + 2 + 12 * rows.length + 4));
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(rows.length, 8);
  rows.forEach(({ tag, count, pointer }, index) => {
    const at = 10 + 12 * index;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(TYPE_UNDEFINED, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(pointer, at + 8);
  });
  return bytes;
}

/** The tree, with how much was asked for. */
async function readAll(bytes: Buffer): Promise<{ folder: ExifFolder; reads: number; readBytes: number }> {
  let [reads, readBytes] = [0, 0];
  const read = async (offset: number, length: number): Promise<Buffer | undefined> => {
    reads++;
    readBytes += length;
    return offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : undefined;
  };
  const head = await readTiffHead(read);
  if (head === undefined) throw new Error("no TIFF");
  return { folder: await readFolder(read, head), reads, readBytes };
}

const kept = ({ entries, folders }: ExifFolder): number =>
  entries.reduce((sum, { data }) => sum + data.length, 0) +
  [...folders.values()].reduce((sum, below) => sum + kept(below), 0);

describe("a tree of EXIF folders", () => {
  it("is read once where its folders point to each other", async () => {
    const rows = Array.from({ length: 900 }, () => ({ tag: EXIF, count: 1, pointer: 8 }));
    const { reads } = await readAll(structure(rows, 24_000));
    expect(reads).toBeLessThan(10);
  });

  it("is not read a thousand times where many entries point to folders with many entries", async () => {
    const rows = Array.from({ length: 900 }, (_, index) => {
      return { tag: FOLDER_TAGS[index % 3] as number, count: 1, pointer: 8 + 2 * index };
    });
    const { reads } = await readAll(structure(rows, 24_000));
    expect(reads).toBeLessThan(1100);
  });

  it("keeps no more than some megabytes where all entries are the same bytes of the file", async () => {
    const length = 1 << 20;
    const rows = Array.from({ length: 900 }, (_, index) => ({
      tag: 1000 + index,
      count: length - 12_000,
      pointer: 11_000,
    }));
    const { folder } = await readAll(structure(rows, length));
    expect(kept(folder)).toBeLessThanOrEqual(1 << 22);
    expect(folder.entries.length).toBeGreaterThan(0);
  });

  it("takes a bounded number of reads and bytes, whatever it holds", async () => {
    const row = fc.record({
      tag: fc.constantFrom(...FOLDER_TAGS, 1, 2, 3, 4),
      count: fc.oneof(fc.nat(40), fc.nat(1 << 22)),
      pointer: fc.nat(30_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 1500 }), fc.nat(30_000), async (rows, length) => {
        const { reads, readBytes } = await readAll(structure(rows, length));
        // A read for each entry, its folder's two and the head's; twice the bytes that may be kept.
        expect(reads).toBeLessThan(3200);
        expect(readBytes).toBeLessThan(2 * (1 << 22));
      }),
      { numRuns: 40, seed: 11 },
    );
  });
});
