/** The colour transform: its file, its knobs, its generator, apply, bake. Free of the tape. */
export {
  type ApplyOptions,
  applyNetwork,
  applyNetworkToPlanes,
  isIdentity,
  type PixelData,
  type PixelDither,
  withStrength,
} from "./apply.js";
export { type Bake, type BakeOptions, bakeNetwork } from "./bake.js";
export { blendNetworks, type NetworkShare } from "./blend-networks.js";
export { clampToUnit } from "./clamp.js";
export { checkKnobs, encodeCondition, type Settings, withStyle } from "./condition.js";
export type { Knob } from "./condition-schema.js";
export { type Coverage, coverageOf, SeenColours } from "./coverage.js";
export { type GuaranteeOptions, type Guarantees, measureGuarantees } from "./guarantees.js";
export {
  conditionLength,
  type LookLayout,
  lookLayout,
  nameInFile,
  networkPlaces,
  networkTensors,
  type WrittenLayer,
  writtenLayers,
} from "./layout.js";
export type { LinkedLook } from "./link/body.js";
export { isLink } from "./link/envelope.js";
export { type LinkOptions, type LookLink, lookFromLink, lookToLink, readLookLink } from "./link/link.js";
export { checkLook, type Look, parseLook, serializeLook } from "./look.js";
export { mergeNetworks, type NamedNetwork } from "./merge-networks.js";
export type { DistanceError, ErrorRecord, ProtectionRecord, TrainingRecord } from "./records.js";
export {
  checkLookSchema,
  LOOK_VERSION,
  type LookSchema,
  lookMetadata,
  parseLookSchema,
  versionOf,
} from "./schema.js";
export { type Style, type StyleBlend, type StyleShare, styleShares } from "./styles.js";
export { synthesize } from "./synthesize.js";
