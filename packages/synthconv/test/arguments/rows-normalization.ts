/** Normalisations, dropout, attention and what reads by letters or places. */
import { tensor, zeros } from "../../src/autograd/index.js";
import { RandomStream } from "../../src/core/random.js";
import * as ops from "../../src/ops/index.js";
import {
  aboveZeroArg,
  finiteArg,
  fixedArg,
  flagArg,
  optional,
  optionsArg,
  type Row,
  row,
  shareArg,
  sizeArg,
  tensorArg,
  textArg,
} from "./row.js";

const x = tensorArg("x", () => zeros([2, 4, 3]));
const part = (name: string, size: number) => optional(tensorArg(name, () => zeros([size])));
const epsilon = optional(aboveZeroArg("epsilon", () => 1e-5));
const options = optional(optionsArg("options", epsilon));
const affine = [part("weight", 4), part("bias", 4)] as const;
const matrix = (name: string) => tensorArg(name, () => zeros([3, 2]));

export const normalizationRows: readonly Row[] = [
  row(
    "layerNorm",
    ops.layerNorm,
    x,
    part("weight", 3),
    part("bias", 3),
    optional(optionsArg("options", epsilon, optional(sizeArg("axes", () => 1)))),
  ),
  row(
    "groupNorm",
    ops.groupNorm,
    x,
    sizeArg("groups", () => 2),
    ...affine,
    options,
  ),
  row("instanceNorm", ops.instanceNorm, x, ...affine, options),
  row(
    "batchNorm",
    ops.batchNorm,
    x,
    ...affine,
    optional(optionsArg("options", epsilon, part("mean", 4), part("variance", 4))),
  ),
  row(
    "dropout",
    ops.dropout,
    x,
    shareArg("rate", () => 0.5),
    fixedArg("random", () => new RandomStream({ seed: 1, purpose: "dropout" })),
  ),
  row(
    "scaledDotProductAttention",
    ops.scaledDotProductAttention,
    matrix("query"),
    matrix("key"),
    matrix("value"),
    optional(
      optionsArg(
        "options",
        optional(tensorArg("mask", () => zeros([3, 3]))),
        optional(flagArg("causal", () => true)),
        optional(finiteArg("scale", () => 1)),
      ),
    ),
  ),
  row(
    "einsum",
    ops.einsum,
    textArg("equation", () => "i->i"),
    tensorArg("tensors[0]", () => tensor([1, 2])),
  ),
  row(
    "gridSample",
    ops.gridSample,
    tensorArg("x", () => zeros([1, 2, 3, 3])),
    tensorArg("grid", () => zeros([1, 2, 2, 2])),
    optional(
      optionsArg(
        "options",
        optional(fixedArg("mode", () => "nearest")),
        optional(fixedArg("paddingMode", () => "border")),
        optional(flagArg("alignCorners", () => true)),
      ),
    ),
  ),
];
