/** The loops of assembly/, as they are called. */
import { kernelLoader } from "../base/backend.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";

type Scaling = [scale: number, offset: number];
type Unpack = (source: number, target: number, bytes: number, ...scaling: Scaling) => void;
type Colours = [blueness: number, redness: number];
type ToRgb = (
  ...args: [
    ...[luma: number, ...scaling: Scaling, ...colours: Colours, matrix: number],
    ...[image: number, plane: number, bytes: number],
  ]
) => void;
type FromRgb = (
  ...args: [
    ...[image: number, plane: number, bytes: number, matrix: number],
    ...[luma: number, ...scaling: Scaling, top: number, ...colours: Colours, odd: number],
  ]
) => void;
type Filter = (
  ...args: [
    ...[source: number, target: number, row: number, count: number],
    ...[weights: number, isCopied: boolean, evenFirst: number, oddFirst: number],
  ]
) => void;
type SumRows = (
  ...args: [rows: number, weights: number, target: number, row: number, count: number, adds: boolean]
) => void;

/** The exports of assembly/kernel.ts; pointers are byte offsets, and so are lengths of rows. */
export interface Kernel {
  readonly unpack8: Unpack;
  readonly unpack16: Unpack;
  readonly pack8: Unpack;
  readonly pack16: (...args: [...Parameters<Unpack>, top: number]) => void;
  readonly toRgb8: ToRgb;
  readonly toRgb16: ToRgb;
  readonly fromRgb8: FromRgb;
  readonly fromRgb16: FromRgb;
  readonly widen: Filter;
  readonly narrow: Filter;
  readonly sumRows: SumRows;
}

export const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });
