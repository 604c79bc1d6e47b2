/** The loops of assembly/, as they are called. */
import { kernelLoader } from "../base/backend.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";

type Unpack = (source: number, target: number, bytes: number, scale: number, offset: number) => void;
type Filter = [bytes: number, weights: number, isCopied: boolean, evenFirst: number, oddFirst: number];

/** The exports of assembly/kernel.ts; pointers are byte offsets, and so are lengths of rows. */
export interface Kernel {
  readonly unpack8: Unpack;
  readonly unpack16: Unpack;
  readonly pack8: Unpack;
  readonly pack16: (...args: [...Parameters<Unpack>, top: number]) => void;
  toRgb(...args: [...planes: Planes, matrix: number, image: number, plane: number, bytes: number]): void;
  fromRgb(...args: [image: number, plane: number, bytes: number, matrix: number, ...planes: Planes]): void;
  widen(source: number, target: number, ...filter: Filter): void;
  part(source: number, even: number, odd: number, bytes: number): void;
  narrow(even: number, odd: number, target: number, ...filter: Filter): void;
  sumRows(rows: number, weights: number, target: number, bytes: number, adds: boolean): void;
}

type Planes = [luma: number, blueness: number, redness: number];

export const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });
