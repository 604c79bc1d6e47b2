/** Pixel networks straight on the coded frames of films. */
export { applyPixelNetworkToYCbCr } from "./run.js";
export type { ApplyToYCbCr, SamplePlane, YCbCrFrame, YCbCrLayout } from "./types.js";
