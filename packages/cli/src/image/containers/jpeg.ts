/** Segments of a JPEG (T.81, annex B; JFIF 1.02; ICC.1:2022, annex B.4; XMP part 3, section 1.1.3). */
import { type Density, densityIn } from "../density.js";
import type { Additions } from "../photo-format.js";

/** The longest payload of a segment: the length counts its own two bytes. */
const MAX_PAYLOAD_BYTES = 65_533;
const XMP_HEADER = "http://ns.adobe.com/xap/1.0/\0";

export const MAX_EXIF_BYTES: number = MAX_PAYLOAD_BYTES - 6;
/** Of the main packet (XMP part 3, section 1.1.3). */
export const MAX_XMP_BYTES: number = MAX_PAYLOAD_BYTES - XMP_HEADER.length - 2;
/** Behind the head of a Photoshop resource block, with a byte of padding. */
export const MAX_IPTC_BYTES: number = MAX_PAYLOAD_BYTES - 27;

export function jpegSegment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** A JPEG with these segments before its tables; its own JFIF segment is replaced. */
export function jpegWith(jpeg: Buffer, { exif, icc, xmp, iptc, density, parts }: Additions): Buffer {
  const ownJfif = jpeg.readUInt16BE(2) === 0xffe0 ? 2 + jpeg.readUInt16BE(4) : 0;
  return Buffer.concat([
    jpeg.subarray(0, 2),
    jfif(density),
    ...(exif === undefined ? [] : [jpegSegment(0xe1, Buffer.concat([latin1("Exif\0\0"), exif]))]),
    ...(xmp === undefined ? [] : [jpegSegment(0xe1, Buffer.from(XMP_HEADER + xmp))]),
    ...(icc === undefined ? [] : iccSegments(icc)),
    ...(iptc === undefined ? [] : [iptcSegment(iptc)]),
    ...parts,
    jpeg.subarray(2 + ownJfif),
  ]);
}

/** JFIF 1.02; whole dots an inch or a centimetre, or without a unit the shape of a pixel. */
function jfif(density: Density | undefined): Buffer {
  const metric = density?.unit === "metre" ? densityIn("inch", density) : density;
  const { x, y, unit } = metric ?? { x: 1, y: 1, unit: "none" };
  const payload = latin1("JFIF\0\x01\x02\0\0\0\0\0\0\0");
  payload[7] = unit === "inch" ? 1 : unit === "centimetre" ? 2 : 0;
  payload.writeUInt16BE(whole(x), 8);
  payload.writeUInt16BE(whole(y), 10);
  return jpegSegment(0xe0, payload);
}

function iccSegments(icc: Buffer): Buffer[] {
  const header = "ICC_PROFILE\0";
  const room = MAX_PAYLOAD_BYTES - header.length - 2;
  const count = Math.ceil(icc.length / room);
  return Array.from({ length: count }, (_, index) => {
    const head = Buffer.concat([latin1(header), Buffer.from([index + 1, count])]);
    return jpegSegment(0xe2, Buffer.concat([head, icc.subarray(index * room, (index + 1) * room)]));
  });
}

/**
 * The caption records alone, in a Photoshop resource block of their own: the other resources hold thumbnails
 * and print settings of the photo as it was.
 */
function iptcSegment(records: Buffer): Buffer {
  const head = latin1("Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\0");
  head.writeUInt32BE(records.length, head.length - 4);
  return jpegSegment(0xed, Buffer.concat([head, records, Buffer.alloc(records.length % 2)]));
}

function whole(value: number): number {
  return Math.min(65_535, Math.max(1, Math.round(value)));
}

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
