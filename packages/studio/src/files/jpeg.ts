/** Segments of a JPEG (T.81, annex B; ICC.1:2022, annex B.4; XMP part 3, section 1.1.3). */
import { beginsWith, bytesOf, concat, viewOf } from "./bytes.js";
import type { Container, Metadata } from "./metadata.js";

const EXIF = "Exif\0\0";
const XMP = "http://ns.adobe.com/xap/1.0/\0";
const ICC = "ICC_PROFILE\0";
const PHOTOSHOP = "Photoshop 3.0\0";
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
const COMMENT = 0xfe;
const START_OF_SCAN = 0xda;
/** The longest payload: the length counts its own two bytes. */
const MAX_PAYLOAD = 65_533;

export interface Segment {
  readonly marker: number;
  readonly payload: Uint8Array;
  /** Of the segment's first byte, 0xff. */
  readonly at: number;
}

/** Those before the pixels. */
export function segmentsOf(bytes: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  const view = viewOf(bytes);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] as number;
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === START_OF_SCAN) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) break;
    segments.push({ marker, payload: bytes.subarray(at + 4, end), at });
    at = end;
  }
  return segments;
}

export const jpeg: Container = {
  type: "image/jpeg",
  extension: "jpg",
  title: "JPEG",
  matches: (bytes) => beginsWith(bytes, "\xff\xd8\xff"),

  async read(bytes) {
    const segments = segmentsOf(bytes);
    const after = (marker: number, head: string): Uint8Array | undefined =>
      segments
        .find((one) => one.marker === marker && beginsWith(one.payload, head))
        ?.payload.subarray(head.length);
    const comments = segments.filter(({ marker }) => marker === COMMENT).map(({ payload }) => payload);
    return {
      exif: after(APP1, EXIF),
      xmp: after(APP1, XMP),
      icc: profileIn(segments),
      photoshop: after(APP13, PHOTOSHOP),
      texts: comments,
    };
  },

  /** Behind the JFIF segment of the encoder; its own profile and metadata go. */
  async write(bytes, metadata) {
    const own = segmentsOf(bytes);
    const kept = own.filter(({ marker }) => marker === APP0).at(-1);
    const start = kept === undefined ? 2 : kept.at + 4 + kept.payload.length;
    const replaced = own.filter(({ marker, at }) => at >= start && (marker === APP1 || marker === APP2));
    const end = replaced.reduce((last, { at, payload }) => Math.max(last, at + 4 + payload.length), start);
    return concat(bytes.subarray(0, start), ...segmentsFor(metadata), bytes.subarray(end));
  },
};

/** Exif first, as its standard demands. What no segment can hold is left out. */
function segmentsFor({ exif, xmp, icc, photoshop, texts = [] }: Metadata): Uint8Array[] {
  const one = (marker: number, head: string, payload: Uint8Array | undefined): Uint8Array[] =>
    payload === undefined || payload.length + head.length > MAX_PAYLOAD
      ? []
      : [segment(marker, concat(bytesOf(head), payload))];
  return [
    ...one(APP1, EXIF, exif),
    ...one(APP1, XMP, xmp),
    ...(icc === undefined ? [] : profileSegments(icc)),
    ...one(APP13, PHOTOSHOP, photoshop),
    ...texts.flatMap((text) => one(COMMENT, "", text)),
  ];
}

function segment(marker: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + 2;
  return concat(Uint8Array.of(0xff, marker, length >> 8, length & 255), payload);
}

/** Pieces are numbered from 1, and need not stand in their order. */
function profileIn(segments: readonly Segment[]): Uint8Array | undefined {
  const pieces = segments
    .filter(({ marker, payload }) => marker === APP2 && beginsWith(payload, ICC))
    .map(({ payload }) => payload.subarray(ICC.length))
    .sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0));
  const count = pieces[0]?.[1];
  if (count === undefined || pieces.length !== count) return undefined;
  return concat(...pieces.map((piece) => piece.subarray(2)));
}

function profileSegments(icc: Uint8Array): Uint8Array[] {
  const room = MAX_PAYLOAD - ICC.length - 2;
  const count = Math.ceil(icc.length / room);
  if (count > 255) return [];
  return Array.from({ length: count }, (_, nth) =>
    segment(
      APP2,
      concat(bytesOf(ICC), Uint8Array.of(nth + 1, count), icc.subarray(nth * room, (nth + 1) * room)),
    ),
  );
}
