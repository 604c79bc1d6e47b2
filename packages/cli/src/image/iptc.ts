/** Captions in the records of IPTC-NAA, bare or in a Photoshop resource block. */

const IPTC_RESOURCE = 0x0404;

export function iptcRecords(iptc: Buffer): Buffer | undefined {
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
