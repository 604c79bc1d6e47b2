/** Products of matrices. */
import type { Rows, Step } from "../step.js";

function linear(step: Step): string {
  const { graph } = step;
  const [rankX, rankWeight] = [step.rank(0), step.rank(1)];
  const [hasBias, inputs] = [step.inputs.length === 3, step.fixed(1, -1)];
  const biasOf = (): string => {
    const isPerSample = step.rank(2) === 2;
    const axes = Array.from({ length: rankX - 2 }, (_, at) => at + 1);
    return isPerSample && axes.length > 0
      ? step.add("Unsqueeze", [step.name(2), graph.whole(axes)])
      : step.name(2);
  };
  if (inputs === 0) {
    const nothing = step.add("Expand", [graph.scalar(0), step.row(step.sizes)]);
    return hasBias ? step.add("Add", [nothing, biasOf()]) : nothing;
  }
  if (rankWeight === 2 && rankX === 2) {
    const names = step.inputs.map(({ name }) => name);
    return step.add("Gemm", names, { transB: { int: 1 } });
  }
  const product = rankWeight === 2 ? sharedProduct(step) : productPerSample(step, rankX);
  return hasBias ? step.add("Add", [product, biasOf()]) : product;
}

function sharedProduct(step: Step): string {
  const turned = step.add("Transpose", [step.name(1)], { perm: { ints: [1, 0] } });
  return step.add("MatMul", [step.name(0), turned]);
}

/** [B,...,I] by [B,O,I]. */
function productPerSample(step: Step, rank: number): string {
  const { graph } = step;
  const turned = step.add("Transpose", [step.name(1)], { perm: { ints: [0, 2, 1] } });
  if (rank === 2) {
    const row = step.add("Unsqueeze", [step.name(0), graph.whole([1])]);
    return step.add("Squeeze", [step.add("MatMul", [row, turned]), graph.whole([1])]);
  }
  const axes = Array.from({ length: rank - 3 }, (_, at) => at + 1);
  const weight = axes.length === 0 ? turned : step.add("Unsqueeze", [turned, graph.whole(axes)]);
  return step.add("MatMul", [step.name(0), weight]);
}

function matmul(step: Step): string {
  return step.add("MatMul", [step.name(0), step.name(1)]);
}

export const PRODUCTS: Rows = { linear, matmul };
