import { describe, expect, it } from "vitest";
import {
  assertFinite,
  checkGradient,
  noGrad,
  Parameter,
  record,
  Tensor,
  tensor,
} from "../../src/autograd/index.js";
import { add, divide, log, mean, multiply, sqrt, square, sum } from "../../src/ops/index.js";

describe("assertFinite", () => {
  it("is quiet about finite numbers", () => {
    assertFinite("loss", mean(square(tensor([1, 2]))));
  });

  it("names the first operation whose result is not finite although its inputs were", () => {
    const weight = new Parameter(tensor([1, 0]));
    const loss = mean(square(add(log(weight), 1)));
    expect(() => assertFinite("step 12", loss)).toThrow(
      expect.objectContaining({
        name: "NonFiniteError",
        message:
          "step 12: expected finite numbers, received -Infinity first made by log (inputs [2], all finite). Lower the learning rate, clip the gradient, or keep this operation's input in its domain.",
      }),
    );
    expect(() => assertFinite("loss", sum(sqrt(multiply(weight, -1))))).toThrow("NaN first made by sqrt");
    expect(() => assertFinite("loss", sum(divide(weight, 0)))).toThrow(
      "first made by divide (inputs [2], [], all finite)",
    );
  });

  it("names the leaf that was not finite to begin with", () => {
    const weight = new Parameter(tensor([1, Number.NaN]));
    weight.name = "generator.2.bias";
    expect(() => assertFinite("loss", sum(square(weight)))).toThrow(
      "loss: expected finite numbers, received NaN in parameter generator.2.bias [2]",
    );
  });

  it("has only the result to name where the tape was off", () => {
    expect(() =>
      assertFinite(
        "loss",
        noGrad(() => log(tensor([0]))),
      ),
    ).toThrow("-Infinity in tensor [1]");
  });
});

describe("checkGradient", () => {
  const x = tensor([0.5, -1.5], { dtype: "float64" });
  /** `x^2` with a gradient of our choice. */
  const squareWith = (gradient: (x: number) => number) => (input: Tensor) =>
    sum(
      record({
        operation: "custom",
        inputs: [input],
        shape: input.shape,
        data: input.data.map((value) => value * value),
        backward: (upstream) => [
          new Tensor({
            shape: input.shape,
            data: upstream.data.map((up, i) => up * gradient(input.data[i] as number)),
          }),
        ],
      }),
    );

  it("accepts the right gradient and leaves the inputs as they were", () => {
    expect(
      checkGradient(
        squareWith((value) => 2 * value),
        [x],
      ).relativeError,
    ).toBeLessThan(1e-9);
    expect([...x.data]).toEqual([0.5, -1.5]);
  });

  it("finds a wrong factor, a wrong sign and a missing entry, and says where", () => {
    expect(
      checkGradient(
        squareWith((value) => 2.001 * value),
        [x],
      ),
    ).toMatchObject({ input: 0, entry: 1 });
    expect(
      checkGradient(
        squareWith((value) => -2 * value),
        [x],
      ).relativeError,
    ).toBeGreaterThan(1);
    const check = checkGradient(
      squareWith((value) => (value > 0 ? 0 : 2 * value)),
      [x],
    );
    expect(check).toMatchObject({ entry: 0, analytic: 0 });
    expect(check.relativeError).toBeGreaterThan(0.1);
  });

  it("reports a NaN wherever it stands", () => {
    const check = checkGradient(
      squareWith((value) => (value > 0 ? Number.NaN : 2 * value)),
      [x],
    );
    expect(check).toMatchObject({ relativeError: Number.NaN, entry: 0 });
  });

  it("wants float64", () => {
    expect(() => checkGradient((input) => sum(input), [tensor([1])])).toThrow(
      "checkGradient: expected float64 inputs, received float32",
    );
  });
});
