/** Bytes to values and back: safetensors, lookup tables and ONNX. Imports core/ and colour/ alone. */
export { crc32c } from "./crc32c.js";
export { readCube } from "./lut/cube/reader.js";
export { writeCube } from "./lut/cube/writer.js";
export { type FitLutOptions, type FittedLut, fitLut } from "./lut/fit.js";
export { LUT_FORMATS, latticeFormats, lutFormatOfName, writableLutFormats } from "./lut/formats.js";
export { haldToLut, lutToHald } from "./lut/hald.js";
export type {
  LatticeFormat,
  LutCarries,
  LutFileFormat,
  LutFormat,
  LutPicture,
  LutPictureFormat,
  LutWriteOptions,
  LutWriter,
  PicturePixels,
  TableDomain,
  TableSizes,
  WritableLutFormat,
} from "./lut/lut-format.js";
export { type ReadLut, type ReadLutOptions, readLut } from "./lut/read-lut.js";
export { addToAllButLargest } from "./onnx/all-but-largest.js";
export { OnnxGraph } from "./onnx/graph.js";
export type { OnnxAttribute, OnnxInput } from "./onnx/model.js";
export {
  readSafetensorsHeader,
  type SafetensorsDType,
  type SafetensorsEntry,
  type SafetensorsHeader,
  safetensorsHeaderEnd,
} from "./safetensors/header.js";
export { readSafetensors, type SafetensorsFile, type StoredTensor } from "./safetensors/reader.js";
export { writeSafetensors } from "./safetensors/writer.js";
