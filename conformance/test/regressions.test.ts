/** Cases that failed once, as the suite printed them. */
import { describe, it } from "vitest";
import { conformanceCase } from "../dist/paste.js";

describe("cases that failed once", () => {
  it("a column of pixels under a stride along the rows", async () => {
    await conformanceCase({
      form: "conv2d",
      ...{ groups: 2, outputs: 2, kernel: [13, 8], stride: [1, 3], padding: [8, 8] },
      ...{ weights: "per sample", bias: "shared", values: "mostly positive" },
      seed: 2589620534,
    });
    await conformanceCase({
      form: "conv2d",
      ...{ batch: 3, inputs: 376, outputs: 3, kernel: [3, 5], stride: [1, 4], padding: [1, 8] },
      seed: 769680171,
    });
  });

  it("the image's gradient through a stride that gives a plane nine taps", async () => {
    for (const [kernel, stride] of [
      [
        [5, 5],
        [2, 2],
      ],
      [
        [7, 7],
        [3, 3],
      ],
      [
        [11, 11],
        [4, 4],
      ],
    ] as const) {
      const sizes = { inputs: 4, outputs: 5, image: [37, 42], kernel, stride, padding: [2, 2] } as const;
      await conformanceCase({ form: "conv2d", ...sizes, values: "both signs", weight: "both signs" });
    }
  });

  it("a weight gradient of a dark channel, by Winograd's way", async () => {
    const sizes = { inputs: 5, outputs: 2, image: [4, 6], kernel: [3, 3], padding: [1, 1] } as const;
    await conformanceCase({ form: "conv2d", ...sizes, values: "many magnitudes", seed: 146 });
  });

  it("a network whose l1 has as many signs of one kind as of the other", async () => {
    const stages = ["pixelNetwork, gelu", "averagePool2d, stride and padding", "Tanh", "Conv2d, groups"];
    await conformanceCase({
      ...{ form: "network", steps: 23, stages, loss: "pixelNetworkLoss, l1", batch: 2, image: [3, 4] },
      ...{ optimizer: "AdamW, all options", schedule: "cosine", seed: 1868513105 },
    });
  });

  it("leakyRelu of slope 0, which is relu also of infinities and NaN", async () => {
    const network = { form: "pixel network", activations: ["leakyRelu"], slope: 0 } as const;
    await conformanceCase({ ...network, pass: "backward", biases: true, spoiler: "NaN" });
    const sizes = { channels: [1, 3], samples: 4, pixels: 23, seed: 3691918386 } as const;
    await conformanceCase({ ...network, ...sizes, values: "one sign", spoiler: "-Infinity" });
  });

  it("the steep slope of a charbonnier of a small epsilon, behind a residual that cancels", async () => {
    await conformanceCase({
      form: "pixel network",
      ...{ pass: "loss", weight: "mostly positive", pixels: 2, loss: "charbonnier", epsilon: 0.0078125 },
      ...{ values: "mostly positive", upstream: "mostly positive", seed: 453140333 },
    });
  });

  it("a loss beyond float32", async () => {
    await conformanceCase({
      form: "pixel network",
      ...{
        pass: "loss",
        channels: [1, 1, 1, 1, 1, 1],
        activations: ["none", "none", "none", "none", "none"],
      },
      ...{ weight: "on an offset", values: "bright pixels", seed: 1386594207 },
    });
  });

  it("the gradient of shares below the least normal number, which have few digits", async () => {
    await conformanceCase({
      ...{ form: "operation", operation: "softmax", a: [4, 11] },
      ...{ values: "many magnitudes", upstream: "a magnitude a plane", seed: 888153564 },
    });
  });

  it("the logarithm of a softmax, whose rounding the exponential of the gradient multiplies", async () => {
    await conformanceCase({
      ...{ form: "operation", operation: "logSoftmax", a: [1, 65], axes: [1] },
      ...{ upstream: "bright pixels", seed: 288377138 },
    });
  });
});
