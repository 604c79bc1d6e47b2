/** What a photo's file says besides its pixels, apart from how its container holds it. */
import { latin1 } from "./bytes.js";

export interface Metadata {
  /** A TIFF structure, from its byte order mark on. */
  readonly exif?: Uint8Array | undefined;
  /** The main packet. */
  readonly xmp?: Uint8Array | undefined;
  /** An ICC profile. */
  readonly icc?: Uint8Array | undefined;
  /** Photoshop's resources in a JPEG, from `Photoshop 3.0` on: captions and keywords. */
  readonly photoshop?: Uint8Array | undefined;
  /** Of a JPEG's comment segments, or of a PNG's texts: chunks as they are, which only the same container takes. */
  readonly texts?: readonly Uint8Array[] | undefined;
}

/** What holds pixels and metadata: a row each in `containers.ts`. */
export interface Container {
  /** As `Blob.type` names it. */
  readonly type: string;
  readonly extension: string;
  /** What people call it. */
  readonly title: string;
  /** Whether these bytes begin as one. */
  matches(bytes: Uint8Array): boolean;
  /** Of a damaged file what can be read of it. */
  read(bytes: Uint8Array): Promise<Metadata>;
  /** Absent where browsers encode none. */
  readonly write?: (bytes: Uint8Array, metadata: Metadata) => Promise<Uint8Array<ArrayBuffer>>;
}

/** By its description: the profile of IEC 61966-2-1 has many makers. */
export function isSrgb(icc: Uint8Array): boolean {
  return /s\0?R\0?G\0?B/.test(latin1(icc));
}
