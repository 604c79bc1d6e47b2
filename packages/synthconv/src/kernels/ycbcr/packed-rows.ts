/**
 * Rows of a frame's plane in kernel memory as they are stored, as many at a time as 8 kB hold: a copy of one row of 8 bits
 * in HD costs as much as one of four.
 */
import { copyEntries } from "../../core/copy.js";
import type { SamplePlane } from "./types.js";

const BLOCK_BYTES = 8192;
// Kernels work on eight samples at a time: of two bytes seven of them may lie behind the last row.
const BEHIND_BYTES = 16;

/** How much kernel memory the rows of a plane need, for samples of two bytes at most. */
export function packedBytes(width: number): number {
  return Math.max(BLOCK_BYTES, 2 * width) + BEHIND_BYTES;
}

abstract class PackedRows {
  protected readonly memory: Uint8Array;
  protected readonly start: number;
  protected readonly bytes: Uint8Array;
  protected readonly rowBytes: number;
  /** Of a row. */
  readonly width: number;
  /** At a time. */
  protected readonly most: number;

  /**
   * @param plane of rows of `width` samples.
   * @param memory of the kernel, and `start` its byte that is the first of these rows.
   */
  constructor(plane: SamplePlane, width: number, memory: Uint8Array, start: number) {
    this.memory = memory;
    this.start = start;
    this.bytes = new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength);
    this.width = width;
    this.rowBytes = width * plane.BYTES_PER_ELEMENT;
    this.most = Math.max(1, Math.floor(BLOCK_BYTES / this.rowBytes));
  }
}

/** Of a source, whose rows are asked for one after the other, or nearly. */
export class PackedSource extends PackedRows {
  #first = 0;
  #end = 0;
  readonly #most: number;
  /** Of the sample that stands once more behind a row's last one; 0 where none does. */
  readonly #again: number;

  /** @param worked samples of a row as it is worked on: `width`, or one more, which is the last one again. */
  constructor(plane: SamplePlane, width: number, memory: Uint8Array, start: number, worked: number) {
    super(plane, width, memory, start);
    this.#again = worked > width ? plane.BYTES_PER_ELEMENT : 0;
    // Else the next row would begin there.
    this.#most = this.#again > 0 ? 1 : this.most;
  }

  /** @returns where row y lies, until another is asked for. */
  at(y: number): number {
    const { bytes, rowBytes } = this;
    if (y < this.#first || y >= this.#end) {
      this.#first = y;
      this.#end = Math.min(y + this.#most, bytes.length / rowBytes);
      copyEntries(bytes, y * rowBytes, this.#end * rowBytes, this.memory, this.start);
      const behind = this.start + rowBytes;
      if (this.#again > 0) this.memory.copyWithin(behind, behind - this.#again, behind);
    }
    return this.start + (y - this.#first) * rowBytes;
  }
}

/** Of a target, whose rows are made one after the other. */
export class PackedTarget extends PackedRows {
  #first = 0;
  #next = 0;

  /** Row y is the next. What is at hand must have been written. */
  begin(y: number): void {
    this.#first = y;
    this.#next = y;
  }

  /** Where the next row is to be made. */
  get place(): number {
    return this.start + (this.#next - this.#first) * this.rowBytes;
  }

  /** The next row has been made. `isLast` writes all that is at hand. */
  made(isLast: boolean): void {
    this.#next++;
    const count = this.#next - this.#first;
    if (count < this.most && !isLast) return;
    const { memory, start, bytes, rowBytes } = this;
    copyEntries(memory, start, start + count * rowBytes, bytes, this.#first * rowBytes);
    this.#first = this.#next;
  }
}
