/** A linear map that clamps at one end or both: the Range of the Common LUT Format. */
import { NUMBER, optional, record, ValueError } from "../../../core/index.js";
import { clamp } from "./clamp.js";
import { checkFinite, kindNamed, type StageKind } from "./stage.js";

/** An end of a range: this input becomes this output, and no output lies beyond it. */
export interface RangeEnd {
  readonly input: number;
  readonly output: number;
}

/** Of one end alone, that one clamps and nothing is scaled: its input is its output. */
export interface RangeStage {
  readonly kind: "range";
  readonly min?: RangeEnd;
  readonly max?: RangeEnd;
}

const END = optional(record<RangeEnd>({ input: NUMBER, output: NUMBER }));

export const range: StageKind<RangeStage> = {
  kind: "range",
  fields: { kind: kindNamed("range"), min: END, max: END },
  check(where, { min, max }) {
    if (min !== undefined) checkFinite(`${where} min`, { ...min });
    if (max !== undefined) checkFinite(`${where} max`, { ...max });
    const both = min !== undefined && max !== undefined;
    if (both && min.input < max.input && min.output <= max.output) return;
    const only = min ?? max;
    if (!both && only !== undefined && only.input === only.output) return;
    throw new ValueError({
      where,
      expected: "a min that lies below the max, or one of them with its input as its output",
      received: [min, max].map((end) => (end ? `${end.input} to ${end.output}` : "none")).join(", "),
    });
  },
  prepare({ min, max }) {
    const scale = min && max ? (max.output - min.output) / (max.input - min.input) : 1;
    const offset = min && max ? min.output - scale * min.input : 0;
    const low = min?.output ?? Number.NEGATIVE_INFINITY;
    const high = max?.output ?? Number.POSITIVE_INFINITY;
    return (colour) => {
      for (const channel of [0, 1, 2] as const) {
        colour[channel] = clamp(scale * (colour[channel] as number) + offset, low, high);
      }
    };
  },
};
