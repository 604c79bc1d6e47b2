/** Photo files in a browser: what they are, their metadata carried over, many in one zip. Imports the library alone. */
export { CONTAINERS, readMetadata } from "./containers.js";
export { type EncodedPhoto, type EncodeOptions, encodePhoto, outputFormatOf } from "./encode-photo.js";
export { writeInto } from "./folder.js";
export { freeName } from "./free-name.js";
export { isSrgb, type Metadata } from "./metadata.js";
export { type OpenPhoto, openPhoto, type PhotoNote, pixelsOf } from "./open-photo.js";
export { checkSize, MAX_PIXELS, photoFormatOf } from "./photo-formats.js";
export { type NamedFile, saveFile, saveZip } from "./save.js";
export { orientationOf } from "./upright.js";
