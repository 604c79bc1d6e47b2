import type { ReadableBytes } from "../photo-source.js";

// Walking a file's parts reads a dozen bytes here and there: one read of the disk serves many of them.
const WINDOW_BYTES = 65_536;

/** Reads a file piece by piece, through a window that moves with the pieces. */
export class FileWindow {
  readonly size: number;
  readonly #file: ReadableBytes;
  #start = 0;
  #window: Buffer = Buffer.alloc(0);

  private constructor(file: ReadableBytes, size: number) {
    this.#file = file;
    this.size = size;
  }

  static async over(file: ReadableBytes): Promise<FileWindow> {
    return new FileWindow(file, (await file.stat()).size);
  }

  /** @returns fewer bytes at the end of the file. */
  async read(offset: number, length: number): Promise<Buffer> {
    const within = offset - this.#start;
    if (within >= 0 && within + length <= this.#window.length) {
      return this.#window.subarray(within, within + length);
    }
    const wanted = Math.max(0, Math.min(Math.max(length, WINDOW_BYTES), this.size - offset));
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(wanted), 0, wanted, offset);
    this.#start = offset;
    this.#window = buffer.subarray(0, bytesRead);
    return this.#window.subarray(0, length);
  }
}
