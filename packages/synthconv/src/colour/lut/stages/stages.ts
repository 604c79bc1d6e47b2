/** The kinds of stages: another one is a file and a row. */
import type { Lut1D, Lut3D } from "../tables.js";
import { type CdlStage, cdl } from "./cdl.js";
import { type ExponentStage, exponent } from "./exponent.js";
import { type HalfLut1D, halfLut1d } from "./half-lut1d.js";
import { type LogStage, log } from "./log.js";
import { lut1d } from "./lut1d.js";
import { lut3d } from "./lut3d.js";
import { type MatrixStage, matrix } from "./matrix.js";
import { type RangeStage, range } from "./range.js";
import type { StageKind } from "./stage.js";

/** One step of a colour transform. */
export type LutStage =
  | Lut1D
  | HalfLut1D
  | Lut3D
  | MatrixStage
  | RangeStage
  | ExponentStage
  | LogStage
  | CdlStage;

type Kinds = { readonly [Kind in LutStage["kind"]]: StageKind<Extract<LutStage, { kind: Kind }>> };
export type StageKindOf<Kind extends LutStage["kind"]> = Kinds[Kind];

export const STAGE_KINDS: Kinds = { lut1d, halfLut1d, lut3d, matrix, range, exponent, log, cdl };
