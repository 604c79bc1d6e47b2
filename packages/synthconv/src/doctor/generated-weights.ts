/** Weights that a network wrote, found where operations take them. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { ObservedStep } from "./observed-step.js";
import { placeOf } from "./place.js";
import type { Origin } from "./trace.js";

export interface GeneratedWeight {
  readonly tensor: Tensor;
  /** The operation that takes it. */
  readonly reader: Origin;
  /** B where each sample has its own set; undefined where all share one. */
  readonly samples: number | undefined;
  /** Inputs that one output entry sums over: I, times kh kw. */
  readonly fanIn: number;
  /** Whether a ReLU follows the layer. */
  readonly isRectified: boolean;
  /** Dotted paths of the parameters that write it. */
  readonly generators: readonly string[];
}

/** Ranks of a weight that the batch shares, by operation; one more where each sample has its own. */
const SHARED_RANK: Readonly<Record<string, number>> = {
  conv2d: 4,
  pixelNetwork: 4,
  pixelNetworkLoss: 4,
  linear: 2,
};

const RECTIFIERS: ReadonlySet<string> = new Set(["relu", "leakyRelu"]);

export function generatedWeights({ trace, flow, parameters }: ObservedStep): GeneratedWeight[] {
  const influences = [...parameters].map(
    ([path, parameter]) => [path, parameter, flow.influenceOf(parameter)] as const,
  );
  const writersOf = (weight: Tensor): string[] =>
    influences
      .filter(([, parameter, influence]) => parameter !== weight && influence.has(weight))
      .map(([path]) => path);
  const found: GeneratedWeight[] = [];
  for (const reader of trace.origins.values()) {
    const sharedRank = SHARED_RANK[reader.operation];
    if (sharedRank === undefined) continue;
    const isStack = reader.operation.startsWith("pixelNetwork");
    const candidates = isStack ? reader.inputs.slice(1) : reader.inputs.slice(1, 2);
    const weights = candidates.filter(({ rank }) => rank === sharedRank || rank === sharedRank + 1);
    for (const [index, tensor] of weights.entries()) {
      const generators = writersOf(tensor);
      if (generators.length === 0) continue;
      const isPerSample = tensor.rank > sharedRank;
      const isInner = isStack && index + 1 < weights.length;
      found.push({
        ...{ tensor, reader, generators },
        samples: isPerSample ? tensor.shape[0] : undefined,
        fanIn: tensor.shape.slice(isPerSample ? 2 : 1).reduce((product, size) => product * size, 1),
        isRectified: isInner || flow.edgesOutOf(reader.tensor).some(({ to }) => isRectifier(to)),
      });
    }
  }
  return found;

  function isRectifier(tensor: Tensor): boolean {
    return RECTIFIERS.has(trace.origins.get(tensor)?.operation ?? "");
  }
}

/** What the reports call it: its parameter's path where it became one, else the operation and the line. */
export function nameOfWeight({ tensor, reader }: GeneratedWeight): string {
  if (tensor instanceof Parameter) return tensor.name;
  const place = placeOf(reader.site);
  return `weight of ${reader.operation}${place === undefined ? "" : ` at ${place.file}:${place.line}`}`;
}
