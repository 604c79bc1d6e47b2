/** Photo files: found, paired, read, changed and written. The image library (sharp) is used in here alone. */
export { type ColourTransform, colourTransform } from "./colour-transform.js";
export { type DecodeOptions, decodePhoto } from "./decode-photo.js";
export { type EncodeOptions, encodePhoto, outputFormat } from "./encode-photo.js";
export { type FindOptions, type FoundPhoto, findPhotos } from "./find-photos.js";
export { checkSameSize, type PhotoPair, pairPhotos } from "./pair-photos.js";
export { type Photo, sampleDepth } from "./photo.js";
export { FORMATS, type FormatFacts, formatOfName, type PhotoFormat } from "./photo-format.js";
export {
  type ColourMode,
  DEFAULT_PIXEL_LIMIT,
  formatSize,
  type OpenOptions,
  openPhoto,
  type PhotoHeader,
} from "./photo-header.js";
export {
  type LookFunction,
  type MapColoursOptions,
  mapColours,
  readColours,
  writeColours,
} from "./pixels.js";
export { checkOutput, type PlannedPhoto, type PlanOptions, planOutputs } from "./plan-outputs.js";
