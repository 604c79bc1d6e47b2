/**
 * CRC-32C (Castagnoli), the checksum of TFRecord files: RFC 3720 section 12.1, polynomial 0x1EDC6F41, here
 * with its bits reversed because the register shifts to the right. Test vectors: RFC 3720 appendix B.4.
 */
const REVERSED_POLYNOMIAL = 0x82f63b78;

const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit++) {
    register = register & 1 ? (register >>> 1) ^ REVERSED_POLYNOMIAL : register >>> 1;
  }
  return register;
});

/** The checksum as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    register = (TABLE[(register ^ (bytes[i] as number)) & 0xff] as number) ^ (register >>> 8);
  }
  return (register ^ 0xffffffff) >>> 0;
}
