import type { MatrixStage, RangeEnd, RangeStage } from "../../../../colour/index.js";
import { refuse } from "../../refuse.js";
import { FLOATS, type NodeContext, type ProcessNode } from "../node.js";
import { childNamed, numbersIn, wordUnder } from "../values.js";
import type { Element } from "../xml.js";

export const rangeNode: ProcessNode<RangeStage> = {
  name: "Range",
  attributes: ["style"],
  children: ["mininvalue", "maxinvalue", "minoutvalue", "maxoutvalue"],
  read(element, context) {
    const min = readEnd(element, "min", context);
    const max = readEnd(element, "max", context);
    const expected = "a Range whose min lies below its max, or with one of them whose input is its output";
    if (min === undefined && max === undefined) refuse(element.where, expected, "neither");
    if (min !== undefined && max !== undefined) {
      if (!(min.input < max.input && min.output <= max.output)) refuse(element.where, expected, "another");
    } else {
      const { input, output } = (min ?? max) as RangeEnd;
      if (Math.abs(input - output) > 1e-6 * Math.max(1, Math.abs(input))) {
        refuse(element.where, expected, `${input} and ${output}`);
      }
      const end = { input: output, output };
      const stage: RangeStage = min === undefined ? { kind: "range", max: end } : { kind: "range", min: end };
      return isClamping(element) ? [stage] : [];
    }
    return isClamping(element) ? [{ kind: "range", min, max }] : [scaling(min, max)];
  },
  writes: ["range"],
  write({ min, max }) {
    const ends = (["min", "max"] as const).flatMap((name) => {
      const end = name === "min" ? min : max;
      if (end === undefined) return [];
      return [
        `<${name}InValue>${end.input}</${name}InValue>`,
        `<${name}OutValue>${end.output}</${name}OutValue>`,
      ];
    });
    return [`<Range ${FLOATS} style="Clamp">`, ...ends, "</Range>"];
  },
};

function isClamping(element: Element): boolean {
  return wordUnder(element, "style", ["Clamp", "noClamp"], "Clamp") === "Clamp";
}

function readEnd(
  element: Element,
  name: "min" | "max",
  { inScale, outScale }: NodeContext,
): RangeEnd | undefined {
  const [input, output] = ["In", "Out"].map((side) => childNamed(element, `${name}${side}Value`));
  if (input === undefined && output === undefined) return undefined;
  if (input === undefined || output === undefined) {
    return refuse(element.where, `${name}InValue and ${name}OutValue`, "one of them");
  }
  return {
    input: (numbersIn(input, 1)[0] as number) / inScale,
    output: (numbersIn(output, 1)[0] as number) / outScale,
  };
}

/** A range that does not clamp. */
function scaling(min: RangeEnd, max: RangeEnd): MatrixStage {
  const scale = (max.output - min.output) / (max.input - min.input);
  const offset = min.output - scale * min.input;
  return {
    kind: "matrix",
    matrix: [scale, 0, 0, 0, scale, 0, 0, 0, scale],
    offset: [offset, offset, offset],
  };
}
