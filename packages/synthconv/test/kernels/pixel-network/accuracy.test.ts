import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grad, type Tensor, tensor } from "../../../src/autograd/index.js";
import { availableBackends, setBackend } from "../../../src/kernels/index.js";
import { pixelNetwork } from "../../../src/ops/index.js";
import { type DrawName, draws, roundingError } from "../accuracy-cases.js";

afterEach(() => setBackend(undefined));

interface Case {
  readonly channels: readonly number[];
  readonly pixels: number;
  readonly image: DrawName;
  readonly weight: DrawName;
  readonly upstream: DrawName;
}

/** Result and gradients of image, weights and biases; no activation but the identity, so that magnitudes are sums too. */
function passes(
  { channels, pixels, ...kinds }: Case,
  dtype: "float32" | "float64",
  map = (value: number) => value,
) {
  const leaf = (kind: DrawName, shape: readonly number[], purpose: string) => {
    const length = shape.reduce((product, side) => product * side, 1);
    return tensor(Array.from(draws[kind](length, purpose), map), { shape, dtype, requiresGrad: true });
  };
  const image = leaf(kinds.image, [1, channels[0] as number, 1, pixels], "image");
  const layers = channels.slice(1).map((outputs, index) => ({
    weight: leaf(kinds.weight, [outputs, channels[index] as number, 1, 1], `weight ${index}`),
    bias: leaf("normal", [outputs], `bias ${index}`),
    activation: "none" as const,
  }));
  const y = pixelNetwork(image, layers);
  const leaves = [image, ...layers.flatMap(({ weight, bias }) => [weight, bias])];
  const gradients = grad(y, leaves, { seed: leaf(kinds.upstream, y.shape, "upstream") }) as Tensor[];
  return [y, ...gradients].map(({ data }) => data);
}

/** The largest error of any of them, each as a part of its largest sum of magnitudes. */
function errorOf(one: Case): number {
  const [actual, expected, magnitudes] = [
    passes(one, "float32"),
    passes(one, "float64"),
    passes(one, "float64", Math.abs),
  ];
  return Math.max(...actual.map((data, at) => roundingError(data, expected[at] ?? [], magnitudes[at] ?? [])));
}

const kernels = availableBackends().filter((backend) => backend !== "reference");

// Equal numbers round the same way each time: long float32 sums of them drift.
describe.each(kernels)("rounding of pixel networks on the %s backend", (backend) => {
  beforeEach(() => setBackend(backend));

  it.each<[string, Case]>([
    [
      "a sum over a chunk, fused",
      { channels: [3, 32, 3], pixels: 8193, image: "positive", weight: "1000 + noise", upstream: "constant" },
    ],
    [
      "a sum over a chunk of equal numbers, fused",
      { channels: [3, 3, 3], pixels: 20_000, image: "constant", weight: "constant", upstream: "constant" },
    ],
    [
      "a sum with bright pixels, fused",
      {
        channels: [3, 8, 3],
        pixels: 9000,
        image: "bright pixels",
        weight: "lognormal",
        upstream: "bright pixels",
      },
    ],
    [
      "a sum over a tile, layer stack",
      { channels: [4, 8, 4], pixels: 20_000, image: "constant", weight: "constant", upstream: "constant" },
    ],
    [
      "a sum with bright pixels, layer stack",
      {
        channels: [4, 8, 8, 4],
        pixels: 9000,
        image: "bright pixels",
        weight: "lognormal",
        upstream: "bright pixels",
      },
    ],
    [
      "sums over 256 channels, layer stack",
      {
        channels: [16, 256, 16],
        pixels: 512,
        image: "positive",
        weight: "constant",
        upstream: "1000 + noise",
      },
    ],
    [
      "a sum over 200 channels for one and two outputs, layer stack",
      {
        channels: [200, 2, 150, 1],
        pixels: 300,
        image: "positive",
        weight: "constant",
        upstream: "1000 + noise",
      },
    ],
  ])("is at most 1e-6 of the largest sum of magnitudes: %s", (_, one) => {
    expect(errorOf(one)).toBeLessThanOrEqual(1e-6);
  });

  it("is at most 2e-6 of the largest sum of magnitudes for 256 hidden units, fused", () => {
    for (const weight of ["constant", "1000 + noise", "normal"] as const) {
      const one = {
        channels: [3, 256, 3],
        pixels: 3000,
        image: "1000 + noise",
        upstream: "1000 + noise",
      } as const;
      expect(errorOf({ ...one, weight }), weight).toBeLessThanOrEqual(2e-6);
    }
  });
});
