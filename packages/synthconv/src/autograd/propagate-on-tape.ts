/** The walk over the tape whose gradients are on the tape themselves: they can be differentiated again. */

import { GraphError } from "../core/errors.js";
import { GradientSum } from "./gradient-sum.js";
import { numbersOf } from "./numbers.js";
import { isGradEnabled, record } from "./tape.js";
import { provenance, type TapeNode, type Tensor } from "./tensor.js";
import { checkedNode, checkedSeed, checkGradientOf, checkGradients, outputsFirst } from "./walk.js";

/**
 * Gradients of the tensors in `wanted`. Only what lies between them and the output is differentiated, so that an
 * operation without a second derivative may stand elsewhere.
 *
 * @param boundary is not gone through.
 */
export function propagateOnTape(
  where: string,
  output: Tensor,
  seed: Tensor | undefined,
  wanted: ReadonlySet<Tensor>,
  boundary: ReadonlySet<Tensor> = new Set(),
): Map<Tensor, Tensor> {
  if (!isGradEnabled()) throw tapeIsOff(where);
  const order = outputsFirst(output);
  const leading = leadingTo(wanted, order);
  const arriving = new Map<Tensor, Tensor[]>([[output, [checkedSeed(where, output, seed)]]]);
  provenance.observer?.propagated(output);
  const found = new Map<Tensor, Tensor>();
  for (const current of order) {
    const terms = arriving.get(current);
    arriving.delete(current);
    if (terms === undefined || !leading.has(current)) continue;
    const gradient = sumOf(terms);
    if (wanted.has(current)) found.set(current, gradient);
    const { node } = current;
    if (boundary.has(current)) continue;
    if (node?.inputs.some((input) => leading.has(input)) !== true) continue;
    const { operation, inputs, derivative } = checkedNode(node);
    if (derivative === undefined) throw notDifferentiable(node);
    const inputGradients = derivative(gradient, current);
    checkGradients(operation, inputs, inputGradients);
    inputs.forEach((input, index) => {
      const incoming = inputGradients[index];
      if (incoming === undefined || !leading.has(input)) return;
      checkGradientOf(operation, input, index, incoming);
      arriving.set(input, [...(arriving.get(input) ?? []), incoming]);
    });
  }
  return found;
}

/** The tensors from which a way leads on to one that is wanted, and those themselves. */
function leadingTo(wanted: ReadonlySet<Tensor>, order: readonly Tensor[]): Set<Tensor> {
  const leading = new Set<Tensor>();
  for (const tensor of order.toReversed()) {
    if (wanted.has(tensor) || tensor.node?.inputs.some((input) => leading.has(input))) leading.add(tensor);
  }
  return leading;
}

/** Ends in as wide a sum as gradients that are constants have. */
function sumOf(terms: readonly Tensor[]): Tensor {
  const [first, ...others] = terms as readonly [Tensor, ...Tensor[]];
  if (others.length === 0) return first;
  const sum = new GradientSum(first);
  for (const term of others) sum.add(term);
  const toEach = (upstream: Tensor): Tensor[] => terms.map(() => upstream);
  const total = sum.total();
  const { shape } = total;
  return record({
    operation: "add",
    inputs: terms,
    shape,
    data: numbersOf(total),
    backward: toEach,
    derivative: toEach,
  });
}

/** By operation, what to write where its gradient is to be differentiated. */
const FORMS: Readonly<Record<string, string>> = {
  pixelNetwork: "Write it as conv2d and activations, layer by layer: the same numbers",
  pixelNetworkLoss:
    "Write it as conv2d and activations, layer by layer, and a loss such as mse: the same numbers",
};

function notDifferentiable({ operation }: TapeNode): GraphError {
  const form = FORMS[operation];
  return new GraphError({
    where: `backward through ${operation} with createGraph`,
    expected: "an operation whose gradient can be differentiated",
    received:
      form === undefined
        ? "one that was recorded without a derivative"
        : "a fused kernel, whose gradient cannot",
    repair:
      form === undefined
        ? "Give record a derivative as well: backward written in operations, which run on the tape."
        : `${form}, and they have second derivatives.`,
  });
}

function tapeIsOff(where: string): GraphError {
  return new GraphError({
    where: `${where} createGraph`,
    expected: "the tape to be on",
    received: "a call inside noGrad",
    repair: "Call it outside of noGrad, or leave createGraph out for gradients that are constants.",
  });
}
