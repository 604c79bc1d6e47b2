import { afterEach, describe, expect, it } from "vitest";
import { implementationOf } from "../../../src/core/choices.js";
import { RandomStream } from "../../../src/core/index.js";
import {
  applyPixelNetworkToYCbCr,
  availableBackends,
  setBackend,
  type YCbCrFrame,
  type YCbCrLayout,
} from "../../../src/kernels/index.js";
import { randomNetwork } from "../pixel-network/cases.js";
import { drawLayout, newFrame, randomFrame } from "./cases.js";

afterEach(() => setBackend(undefined));

const SEED = Number(process.env.SYNTHCONV_SEED ?? Date.now() % 1_000_000);
const CASES = 60;

/** The largest difference of a sample, in codes. */
function apart(a: YCbCrFrame, b: YCbCrFrame): number {
  let most = 0;
  a.planes.forEach((plane, nth) => {
    for (let i = 0; i < plane.length; i++) {
      most = Math.max(most, Math.abs((plane[i] as number) - (b.planes[nth]?.[i] as number)));
    }
  });
  return most;
}

describe.each(availableBackends().filter((name) => name !== "reference"))(
  "a network on coded frames (%s)",
  (backend) => {
    it(`gives what float64 gives, over layouts, sides and slices (seed ${SEED})`, () => {
      const random = new RandomStream({ seed: SEED, purpose: "coded frames" });
      for (let nth = 0; nth < CASES; nth++) {
        const side = (most: number): number => 1 + Math.floor(random.uniform() * most);
        const [width, height] = [side(nth % 3 === 0 ? 8 : 70), side(nth % 5 === 0 ? 300 : 40)];
        const source = randomFrame(random, drawLayout(random), width, height);
        const layout = drawLayout(random);
        const network = randomNetwork({ channels: [3, 16, 3], activation: "relu", residual: nth % 2 === 0 });
        const share = nth % 4 === 0 ? 0.3 : 1;
        const [fast, exact] = [newFrame(layout, width, height), newFrame(layout, width, height)];
        const call = { network, share, width, height, source };
        setBackend(backend);
        applyPixelNetworkToYCbCr({ ...call, target: fast });
        setBackend("reference");
        applyPixelNetworkToYCbCr({ ...call, target: exact });
        // Rounding differs where the value lies at a half; of 16 bits float32 has 1/256 of a code.
        expect(
          apart(fast, exact),
          `${nth}: ${width} x ${height} ${JSON.stringify([source.layout, layout])}`,
        ).toBeLessThanOrEqual(1);
      }
    });
  },
);

it("makes colours at the ends of slices from the rows of both, to the last of 16 bits", () => {
  const random = new RandomStream({ seed: 11, purpose: "ends of slices" });
  const layout: YCbCrLayout = {
    ...{ bits: 16, range: "full", matrix: { red: 0.2126, blue: 0.0722 }, chroma: [1, 1], siting: [0, 0.5] },
  };
  const [width, height] = [12, 300];
  const source = randomFrame(random, layout, width, height);
  const network = randomNetwork({ channels: [3, 16, 3], activation: "relu" });
  const [fast, exact] = [newFrame(layout, width, height), newFrame(layout, width, height)];
  applyPixelNetworkToYCbCr({ network, width, height, source, target: fast });
  setBackend("reference");
  applyPixelNetworkToYCbCr({ network, width, height, source, target: exact });
  expect(apart(fast, exact)).toBeLessThanOrEqual(1);
});

it("keeps every row where rows are brought and written several at a time", () => {
  const random = new RandomStream({ seed: 12, purpose: "blocks of rows" });
  const layout: YCbCrLayout = {
    ...{ bits: 8, range: "limited", matrix: { red: 0.2126, blue: 0.0722 }, chroma: [1, 1], siting: [0, 0.5] },
  };
  // Five rows of pixels and ten of colours are 8 kB.
  const [width, height] = [1501, 34];
  const source = randomFrame(random, layout, width, height);
  const network = randomNetwork({ channels: [3, 3, 3], activation: "relu" });
  const [fast, exact] = [newFrame(layout, width, height), newFrame(layout, width, height)];
  applyPixelNetworkToYCbCr({ network, width, height, source, target: fast });
  setBackend("reference");
  applyPixelNetworkToYCbCr({ network, width, height, source, target: exact });
  expect(apart(fast, exact)).toBeLessThanOrEqual(1);
});

it("runs on the kernel where there is one", () => {
  const network = randomNetwork({ channels: [3, 16, 3], activation: "relu" });
  const layout = drawLayout(new RandomStream({ seed: 1, purpose: "layout" }));
  const call = {
    network,
    width: 8,
    height: 8,
    source: newFrame(layout, 8, 8),
    target: newFrame(layout, 8, 8),
  };
  expect(implementationOf("coded frames", () => applyPixelNetworkToYCbCr(call))).toBe("wasm");
});

describe("coded frames that do not fit are refused", () => {
  const network = randomNetwork({ channels: [3, 4, 3], activation: "relu" });
  const layout: YCbCrLayout = {
    ...{ bits: 8, range: "limited", matrix: { red: 0.2126, blue: 0.0722 }, chroma: [1, 1], siting: [0, 0.5] },
  };
  const [source, target] = [newFrame(layout, 6, 4), newFrame(layout, 6, 4)];
  const call = { network, width: 6, height: 4, source, target };

  it("of other sizes than they say", () => {
    expect(() => applyPixelNetworkToYCbCr({ ...call, width: 8 })).toThrow(
      "applyPixelNetworkToYCbCr source planes[0]: expected 32 samples, of 8 x 4 pixels with chroma [1, 1], received 24",
    );
    const planes = [target.planes[0], target.planes[1], new Uint8Array(5)] as const;
    expect(() => applyPixelNetworkToYCbCr({ ...call, target: { layout, planes } })).toThrow(
      "applyPixelNetworkToYCbCr target planes[2]: expected 6 samples, of 6 x 4 pixels with chroma [1, 1], received 5",
    );
  });

  it("of other depths, layouts and memory", () => {
    expect(() =>
      applyPixelNetworkToYCbCr({ ...call, source: { ...source, layout: { ...layout, bits: 10 } } }),
    ).toThrow("source planes[0]: expected a Uint16Array for 10 bits, received a Uint8Array");
    const chroma = [2, 0] as unknown as YCbCrLayout["chroma"];
    expect(() =>
      applyPixelNetworkToYCbCr({ ...call, source: { ...source, layout: { ...layout, chroma } } }),
    ).toThrow(/chroma: expected a list of two, 0 or 1 each/);
    expect(() => applyPixelNetworkToYCbCr({ ...call, target: source })).toThrow(
      "applyPixelNetworkToYCbCr target: expected other memory than the source's",
    );
  });

  it("for a network of other channels", () => {
    const other = randomNetwork({ channels: [3, 4, 2], activation: "relu" });
    expect(() => applyPixelNetworkToYCbCr({ ...call, network: other })).toThrow(
      /3 channels in and 3 out, received 3 and 2/,
    );
  });
});
