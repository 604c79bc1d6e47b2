/** A file that grows by whole records and is cut back when a run goes on from an earlier point. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { asFileError } from "./file-error.js";
import type { FilePath } from "./file-path.js";
import { NO_WAITING, refuseIrregular } from "./regular-file.js";

const EXPECTED = "a writable history file";

export class AppendFile {
  readonly #descriptor: number;
  readonly #path: FilePath;
  #length: number;

  private constructor(descriptor: number, path: FilePath, length: number) {
    this.#descriptor = descriptor;
    this.#path = path;
    this.#length = length;
  }

  /**
   * Opens the file, made when it does not exist, and cuts it to the length that `keptLength` gives for its
   * bytes.
   *
   * @throws {FileError} when the system refuses.
   * @throws what `keptLength` throws; the file is then as it was.
   */
  static open(path: FilePath, keptLength: (bytes: Uint8Array) => number): AppendFile {
    let descriptor: number | undefined;
    try {
      // Not for appending: Windows does not let a file that is open for that be cut.
      descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | NO_WAITING);
      refuseIrregular(fstatSync(descriptor), path, EXPECTED);
      const length = keptLength(readFileSync(descriptor));
      ftruncateSync(descriptor, length);
      return new AppendFile(descriptor, path, length);
    } catch (error) {
      if (descriptor !== undefined) closeQuietly(descriptor);
      throw asFileError(error, path, EXPECTED);
    }
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  /** @throws {FileError} when the system refuses (a full disk, say). */
  append(bytes: Uint8Array): void {
    try {
      // A disk that is almost full takes a part of the record.
      for (let written = 0; written < bytes.length; ) {
        const size = writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#length);
        written += size;
        this.#length += size;
      }
    } catch (error) {
      throw asFileError(error, this.#path, EXPECTED);
    }
  }

  /**
   * Forces what was appended to the disk: a checkpoint must not survive a power loss that its history does not.
   *
   * @throws {FileError} when the system refuses.
   */
  sync(): void {
    try {
      fsyncSync(this.#descriptor);
    } catch (error) {
      throw asFileError(error, this.#path, EXPECTED);
    }
  }

  /** What counts was synced before: that a descriptor cannot be closed loses nothing. */
  close(): void {
    closeQuietly(this.#descriptor);
  }
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // Linux gives the descriptor back whatever it says.
  }
}
