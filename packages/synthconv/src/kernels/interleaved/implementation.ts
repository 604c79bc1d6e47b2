/** What an implementation of a network on interleaved pixels is. */
import type { Implementation } from "../../core/choices.js";
import type { PixelRange } from "../threads/parallel.js";
import type { CheckedCall } from "./types.js";

/** Prepared, it does a range of the call's pixels; it holds until another kernel is called on this thread. */
export type InterleavedImplementation = Implementation<[call: CheckedCall], (range: PixelRange) => void>;
