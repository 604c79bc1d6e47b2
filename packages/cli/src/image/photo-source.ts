/** Where a photo's bytes come from: a file, or a pipe that was read to its end. */
import { displayPath, readRegularFile, withRegularFile } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";

/** Bytes that can be read anywhere: an open file, or memory. */
export interface ReadableBytes {
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly buffer: Buffer; readonly bytesRead: number }>;
  stat(): Promise<{ readonly size: number }>;
}

/** What came through a pipe, whole. */
export class PipedFile implements ReadableBytes {
  /** For messages: `stdin`. */
  readonly name: string;
  readonly bytes: Buffer;

  constructor(name: string, bytes: Buffer) {
    this.name = name;
    this.bytes = bytes;
  }

  async read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ buffer: Buffer; bytesRead: number }> {
    const bytesRead = this.bytes.copy(
      buffer,
      offset,
      position,
      Math.min(this.bytes.length, position + length),
    );
    return { buffer, bytesRead };
  }

  async stat(): Promise<{ size: number }> {
    return { size: this.bytes.length };
  }
}

export type PhotoSource = FilePath | PipedFile;

/** How messages call it. */
export function nameOf(source: PhotoSource): string {
  return source instanceof PipedFile ? source.name : displayPath(source);
}

/** @throws {FileError} when it is no regular file or the system refuses. */
export function withPhotoBytes<Result>(
  source: PhotoSource,
  use: (bytes: ReadableBytes) => Promise<Result>,
): Promise<Result> {
  return source instanceof PipedFile ? use(source) : withRegularFile(source, "a readable photo", use);
}

/** @throws {FileError} when it is no regular file, is too large, or the system refuses. */
export async function bytesOf(source: PhotoSource): Promise<Buffer> {
  return source instanceof PipedFile ? source.bytes : readRegularFile(source, "a readable photo");
}
