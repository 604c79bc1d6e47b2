/**
 * The image library writes metadata only of an image that it has read, not beside raw pixels. So the metadata
 * of a photo travel in a JPEG of one black pixel, and the photo's samples are OR-ed onto it: 0 OR x = x, and
 * the library grows the smaller operand with zeros. The samples arrive bit for bit in every format (a test
 * compares them); decoding the original a second time would cost as much as decoding it once.
 */
import type { Raw, Sharp } from "sharp";
import { plainTiff, type Samples } from "./plain-tiff.js";
import { sharp } from "./sharp-input.js";

export interface CarriedMetadata {
  /** With `Exif\0\0` or without. */
  readonly exif: Buffer | undefined;
  readonly icc: Buffer | undefined;
  readonly xmp: string | undefined;
  /** IPTC-NAA records, bare or in a Photoshop resource block. */
  readonly iptc: Buffer | undefined;
  /** Pixels per inch. */
  readonly density: number | undefined;
}

/** The longest payload of a JPEG segment (T.81, B.1.1.4: the length counts its own two bytes). */
const MAX_PAYLOAD_BYTES = 65_533;

/** An EXIF block that is longer does not fit into a JPEG, and is not written elsewhere either. */
export const MAX_EXIF_BYTES: number = MAX_PAYLOAD_BYTES - 6;

/** An image of these samples with these metadata, to be encoded. */
export async function imageWithMetadata(samples: Samples, metadata: CarriedMetadata): Promise<Sharp> {
  const { channels, data } = samples;
  const is16Bit = data instanceof Uint16Array;
  const colourSpace = is16Bit ? "rgb16" : "srgb";
  const carrier = await carrierJpeg(metadata);
  let image = sharp(carrier).toColourspace(colourSpace);
  const none = is16Bit ? new Uint16Array(1) : new Uint8Array(1);
  for (let channel = 3; channel < channels; channel++) {
    image = image.joinChannel(asInput(none), { raw: { width: 1, height: 1, channels: 1 } });
  }
  if (channels === 3 && is16Bit) {
    // With a joined channel the library takes the depth from it, and would make three bands of that channel
    // if the pipeline had its own colour space.
    image = image.pipelineColourspace(colourSpace);
  }
  image = withSamples(image, samples).keepMetadata();
  return metadata.xmp === undefined ? image : image.withXmp(metadata.xmp);
}

/** Raw samples have four channels at most; more travel as a TIFF. */
function withSamples(image: Sharp, samples: Samples): Sharp {
  const { width, height, channels, data } = samples;
  if (channels === 3 || channels === 4) {
    return image.boolean(asInput(data), "or", { raw: { width, height, channels } });
  }
  // Its declarations leave out the options of an input, which the operand takes like any other.
  const options = { limitInputChannels: 0, limitInputPixels: false } as object as { raw: Raw };
  return image.boolean(plainTiff(samples), "or", options);
}

/** sharp takes typed arrays, and their type as the depth of the samples; its declarations know Buffers only. */
function asInput(samples: Uint8Array | Uint16Array): Buffer {
  return samples as unknown as Buffer;
}

async function carrierJpeg({ exif, icc, iptc, density }: CarriedMetadata): Promise<Buffer> {
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: "black" } })
    .jpeg()
    .toBuffer();
  const segments: Buffer[] = [];
  if (density !== undefined) segments.push(jfif(density));
  if (exif !== undefined) segments.push(segment(0xe1, withExifHeader(exif)));
  if (icc !== undefined) segments.push(...iccSegments(icc));
  if (iptc !== undefined) segments.push(...iptcSegments(iptc));
  const ownJfif = dot.readUInt16BE(2) === 0xffe0 ? 2 + dot.readUInt16BE(4) : 0;
  return Buffer.concat([dot.subarray(0, 2), ...segments, dot.subarray(2 + ownJfif)]);
}

/** JFIF 1.02, with the density in dots per inch. */
function jfif(density: number): Buffer {
  const payload = Buffer.from("JFIF\0\x01\x02\x01\0\0\0\0\0\0", "latin1");
  const dots = Math.min(65_535, Math.max(1, Math.round(density)));
  payload.writeUInt16BE(dots, 8);
  payload.writeUInt16BE(dots, 10);
  return segment(0xe0, payload);
}

function withExifHeader(exif: Buffer): Buffer {
  const header = Buffer.from("Exif\0\0", "latin1");
  return exif.subarray(0, 6).equals(header) ? exif : Buffer.concat([header, exif]);
}

/** ICC.1:2022, annex B.4: a profile in numbered chunks. */
function iccSegments(icc: Buffer): Buffer[] {
  const header = "ICC_PROFILE\0";
  const room = MAX_PAYLOAD_BYTES - header.length - 2;
  const count = Math.ceil(icc.length / room);
  if (count > 255) return [];
  return Array.from({ length: count }, (_, index) => {
    const head = Buffer.from([...Buffer.from(header, "latin1"), index + 1, count]);
    return segment(0xe2, Buffer.concat([head, icc.subarray(index * room, (index + 1) * room)]));
  });
}

/**
 * The caption records alone, in a separate Photoshop resource block: the other resources hold thumbnails
 * and print settings of the photo as it was.
 */
function iptcSegments(iptc: Buffer): Buffer[] {
  const records = iptcRecords(iptc);
  if (records === undefined) return [];
  const head = Buffer.from("Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\0", "latin1");
  head.writeUInt32BE(records.length, head.length - 4);
  const padding = Buffer.alloc(records.length % 2);
  const payload = Buffer.concat([head, records, padding]);
  return payload.length > MAX_PAYLOAD_BYTES ? [] : [segment(0xed, payload)];
}

const IPTC_RESOURCE = 0x0404;

function iptcRecords(iptc: Buffer): Buffer | undefined {
  const signature = "Photoshop 3.0\0";
  if (iptc[0] === 0x1c) return iptc;
  if (iptc.toString("latin1", 0, signature.length) !== signature) return undefined;
  // Each resource: 8BIM, number, name (padded to even), size, data (padded to even).
  let position = signature.length;
  while (position + 12 <= iptc.length && iptc.toString("latin1", position, position + 4) === "8BIM") {
    const number = iptc.readUInt16BE(position + 4);
    const nameLength = 1 + (iptc[position + 6] as number);
    const sizeAt = position + 6 + nameLength + (nameLength % 2);
    if (sizeAt + 4 > iptc.length) return undefined;
    const size = iptc.readUInt32BE(sizeAt);
    if (number === IPTC_RESOURCE) return iptc.subarray(sizeAt + 4, sizeAt + 4 + size);
    position = sizeAt + 4 + size + (size % 2);
  }
  return undefined;
}

function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}
