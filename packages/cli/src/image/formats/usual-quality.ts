/**
 * The quality of a new JPEG or lossy WebP. Means over six Kodak photos: JPEG (4:4:4) and WebP at 92 are 40.5 and
 * 40.9 dB from the source.
 */
export const USUAL_QUALITY = 92;
