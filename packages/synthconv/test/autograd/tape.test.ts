import { describe, expect, it } from "vitest";
import { isGradEnabled, noGrad, Parameter, tensor } from "../../src/autograd/index.js";
import { conv2d, linear, relu, reshape, square } from "../../src/ops/index.js";

const condition = tensor([[1, 2]]);
const weight = (): Parameter =>
  new Parameter(
    tensor([
      [1, -1],
      [2, 1],
      [0, 1],
    ]),
  );

describe("noGrad", () => {
  it("records nothing inside and puts the tape back, also after an error and when nested", () => {
    noGrad(() => {
      expect(isGradEnabled()).toBe(false);
      noGrad(() => undefined);
      expect(isGradEnabled()).toBe(false);
      expect(square(weight()).requiresGrad).toBe(false);
    });
    expect(isGradEnabled()).toBe(true);
    expect(() =>
      noGrad(() => {
        throw new RangeError("inside");
      }),
    ).toThrow("inside");
    expect(isGradEnabled()).toBe(true);
  });

  it("refuses an asynchronous function, whose later part would run with the tape on", async () => {
    expect(() => noGrad(async () => 1)).toThrow(
      "noGrad: expected a synchronous function, received a promise. Await outside: the tape is on again as soon as the function returns.",
    );
    expect(isGradEnabled()).toBe(true);
    // A promise that is refused and then fails must not end the process as an unhandled rejection.
    expect(() =>
      noGrad(async () => {
        throw new RangeError("later");
      }),
    ).toThrow("received a promise");
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
});

describe("a parameter made from what a network wrote", () => {
  const refusal =
    "Parameter: expected numbers that were not computed from anything trainable, received shape [1,3,1,1] made by reshape from parameter generator.0.weight. " +
    "A new parameter would be a leaf, so no gradient would reach what computed it: weights are values, pass the tensor to conv2d(image, weight, bias) or pixelNetwork(image, [{ weight, bias }]). " +
    "To copy the numbers on purpose: new Parameter(x.detach({ reason })).";
  const generator = (): Parameter => {
    const parameter = weight();
    parameter.name = "generator.0.weight";
    return parameter;
  };
  const synthesize = (parameter: Parameter) => reshape(linear(condition, parameter), [1, 3, 1, 1]);

  it("is refused, and the error names the functional call to write instead", () => {
    expect(() => new Parameter(synthesize(generator()))).toThrow(
      expect.objectContaining({ name: "GraphError", message: refusal }),
    );
  });

  it("is refused inside noGrad too, which is how the mistake was made", () => {
    expect(() => noGrad(() => new Parameter(synthesize(generator())))).toThrow(refusal);
    const cut = noGrad(() => synthesize(generator()));
    expect(() => new Parameter(cut)).toThrow(refusal);
  });

  it("is refused after a detach without a reason, and through further operations", () => {
    const cut = synthesize(generator()).detach();
    expect(() => new Parameter(cut)).toThrow(refusal.replace("made by reshape", "made by detach"));
    expect(() => new Parameter(relu(cut))).toThrow(refusal.replace("made by reshape", "made by relu"));
  });

  it("names linear for a generated matrix and the parameter's shape where it has no name", () => {
    expect(() => new Parameter(square(weight()))).toThrow(
      "received shape [3,2] made by square from a parameter [3,2]. A new parameter would be a leaf, so no gradient would reach what computed it: weights are values, pass the tensor to linear(x, weight, bias).",
    );
  });

  it("is refused from another parameter or a leaf that asks for a gradient", () => {
    expect(() => new Parameter(generator())).toThrow("made by leaf from parameter generator.0.weight");
    expect(() => new Parameter(tensor([1], { requiresGrad: true }))).toThrow("made by leaf from tensor");
  });

  it("is allowed from plain numbers, from a frozen parameter, and from a detach with a reason", () => {
    const frozen = generator();
    frozen.trainable = false;
    const copies = [
      new Parameter(tensor([1, 2])),
      new Parameter(square(frozen)),
      new Parameter(synthesize(generator()).detach({ reason: "start the fine-tuned kernel from this one" })),
    ];
    for (const copy of copies) expect(copy.requiresGrad).toBe(true);
  });

  it("copies its numbers", () => {
    const numbers = tensor([1, 2]);
    const copy = new Parameter(numbers);
    copy.assign(Float32Array.of(3, 4));
    expect([...numbers.data]).toEqual([1, 2]);
    expect(() => copy.assign(Float32Array.of(1))).toThrow(
      "assign to a parameter [2]: expected 2 numbers for shape [2], received 1",
    );
  });
});

describe("weights as values", () => {
  it("a generated kernel goes straight into the operation, and the generator gets its gradient", () => {
    const generator = weight();
    const kernel = reshape(linear(condition, generator), [1, 1, 3, 1, 1]);
    expect(conv2d(tensor([[[[1]], [[2]], [[3]]]]), kernel).requiresGrad).toBe(true);
  });
});

describe("detach", () => {
  it("shares the numbers and passes no gradient", () => {
    const source = weight();
    const cut = square(source).detach();
    expect(cut.requiresGrad).toBe(false);
    expect(cut.history?.source).toBe(source);
    expect(source.detach().data).toBe(source.data);
  });

  it("wants a reason that says something", () => {
    expect(() => weight().detach({ reason: " " })).toThrow(
      'detach reason: expected a sentence that says why, received " "',
    );
  });
});
