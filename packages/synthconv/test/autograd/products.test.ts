import { describe, expect, it } from "vitest";
import { grad, hessianVectorProduct, jvp, type Tensor, tensor, vjp } from "../../src/autograd/index.js";
import {
  add,
  concat,
  matmul,
  multiply,
  pow,
  reshape,
  sin,
  slice,
  square,
  sum,
  tanh,
} from "../../src/ops/index.js";
import { draw, evaluate } from "../ops/support.js";

const x = draw("x", [3]);
const w = draw("w", [4, 3]);
/** [3] and [4,3] to [4]. */
const curve = (): Tensor => tanh(reshape(matmul(w, reshape(multiply(x, x), [3, 1])), [4]));

describe("products with derivatives", () => {
  it("vjp gives the value and v^T J", () => {
    const vector = draw("v", [4]);
    const { value, gradients } = vjp(curve, [x, w], vector);
    expect(value.data).toEqual(curve().data);
    const expected = grad(sum(multiply(curve(), tensor(vector.data))), [x, w]);
    expect(gradients.map(({ data }) => data)).toEqual(expected.map(({ data }) => data));
  });

  it("jvp moves along the tangents as central differences do", () => {
    const tangents = [draw("t", [3]), draw("u", [4, 3])];
    const { tangent } = jvp(curve, [x, w], tangents);
    const at = (step: number): Tensor => {
      const moved = [x, w].map((one, index) =>
        one.data.map((value, i) => value + step * (tangents[index]?.data[i] ?? 0)),
      );
      const [point, matrix] = [
        tensor(moved[0] as Float64Array),
        tensor(moved[1] as Float64Array, { shape: [4, 3] }),
      ];
      return tanh(reshape(matmul(matrix, reshape(multiply(point, point), [3, 1])), [4]));
    };
    const [before, after] = [at(-1e-6), at(1e-6)];
    tangent.data.forEach((value, i) => {
      expect(value).toBeCloseTo(((after.data[i] as number) - (before.data[i] as number)) / 2e-6, 8);
    });
  });

  it("<v, J t> is the same by jvp and by vjp", () => {
    const [vector, tangents] = [draw("v", [4]), [draw("t", [3]), draw("u", [4, 3])]];
    const forwards = jvp(curve, [x, w], tangents).tangent;
    const backwards = vjp(curve, [x, w], vector).gradients;
    const dot = (a: Tensor, b: Tensor): number => sum(multiply(a, b)).item();
    const left = dot(forwards, vector);
    const right = backwards.reduce((total, gradient, i) => total + dot(gradient, tangents[i] as Tensor), 0);
    expect(left).toBeCloseTo(right, 12);
  });

  it("the Hessian of a quartic is that of the formula, row by row", () => {
    const point = tensor([1, 2, -1], { dtype: "float64", requiresGrad: true });
    // f = (x0 x1)^2 + x2^4: second derivatives by hand.
    const f = (): Tensor => {
      const [a, b, c] = [0, 1, 2].map((i) => slice(point, [[i, i + 1]])) as [Tensor, Tensor, Tensor];
      return sum(add(square(multiply(a, b)), pow(c, 4)));
    };
    const rows = [0, 1, 2].map((i) => {
      const unit = tensor(
        [0, 1, 2].map((j) => (i === j ? 1 : 0)),
        { dtype: "float64" },
      );
      return [...(hessianVectorProduct(f, [point], [unit]).products[0] as Tensor).data];
    });
    expect(rows).toEqual([
      [8, 8, 0],
      [8, 2, 0],
      [0, 0, 12],
    ]);
  });

  it("gives zeros where the gradient does not depend on an input", () => {
    const body = (): Tensor => add(sum(multiply(x, 3)), sum(w));
    const { products, gradients } = hessianVectorProduct(body, [x, w], [draw("t", [3]), draw("u", [4, 3])]);
    expect(products.map(({ data }) => data.every((value) => value === 0))).toEqual([true, true]);
    expect([...(gradients[0] as Tensor).data]).toEqual([3, 3, 3]);
  });

  it("refuses directions that do not fit, with all shapes", () => {
    expect(() => jvp(curve, [x, w], [draw("t", [3])])).toThrow(
      "jvp tangents: expected one for each input, of its shape: float64 [3], float64 [4,3], received float64 [3]",
    );
    expect(() => hessianVectorProduct(curve, [x, w], [draw("t", [3]), draw("u", [4, 3])])).toThrow(
      "grad: expected a loss of one entry, received shape [4]",
    );
  });
});

describe("a gradient penalty", () => {
  it("has the gradient that the formula gives: |d sum(sin(w x)) / dx|^2", () => {
    const point = tensor([0.3, -0.7], { dtype: "float64", requiresGrad: true });
    const weight = tensor([1.5, 0.4], { dtype: "float64", requiresGrad: true });
    const [slope] = grad(sum(sin(multiply(weight, point))), [point], { createGraph: true }) as [Tensor];
    const [found] = grad(sum(square(slope)), [weight]) as [Tensor];
    found.data.forEach((value, i) => {
      const [a, p] = [weight.data[i] as number, point.data[i] as number];
      const cos = Math.cos(a * p);
      expect(value).toBeCloseTo(2 * a * cos * cos - 2 * a * a * p * cos * Math.sin(a * p), 12);
    });
  });

  it("is differentiated a third time", () => {
    const point = tensor(0.8, { dtype: "float64", requiresGrad: true });
    let derivative = pow(point, 5);
    for (let order = 1; order <= 4; order++)
      [derivative] = grad(derivative, [point], { createGraph: true }) as [Tensor];
    expect(derivative.item()).toBeCloseTo(120 * 0.8, 10);
  });

  it("leaves plain gradients as they were", () => {
    const before = evaluate((a) => concat([tanh(a), a], 0), [x]);
    grad(sum(tanh(x)), [x], { createGraph: true });
    expect(evaluate((a) => concat([tanh(a), a], 0), [x]).map(({ data }) => data)).toEqual(
      before.map(({ data }) => data),
    );
  });

  it("refuses to be made inside noGrad, and through an operation of a caller's own without a derivative", async () => {
    const { noGrad, record } = await import("../../src/autograd/index.js");
    const loss = sum(square(x));
    expect(() => noGrad(() => grad(loss, [x], { createGraph: true }))).toThrow(
      "grad createGraph: expected the tape to be on, received a call inside noGrad. Call it outside of noGrad, or leave " +
        "createGraph out for gradients that are constants.",
    );
    const own = record({
      operation: "own",
      inputs: [x],
      shape: x.shape,
      data: x.data,
      backward: (upstream) => [multiply(upstream, 1)],
    });
    expect(() => grad(sum(own), [x], { createGraph: true })).toThrow(
      "backward through own with createGraph: expected an operation whose gradient can be differentiated, received one " +
        "that was recorded without a derivative. Give record a derivative as well: backward written in operations, " +
        "which run on the tape.",
    );
  });
});
