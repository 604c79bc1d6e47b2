import { afterEach, describe, expect, it } from "vitest";
import { implementationOf } from "../../../src/core/choices.js";
import { RandomStream } from "../../../src/core/index.js";
import {
  applyPixelNetwork,
  applyPixelNetworkToPlanes,
  availableBackends,
  type PixelPlanes,
  setBackend,
} from "../../../src/kernels/index.js";
import { randomNetwork } from "../pixel-network/cases.js";

afterEach(() => setBackend(undefined));

function randomPlanes(pixels: number): [Uint16Array, Uint16Array, Uint16Array] {
  const random = new RandomStream({ seed: 7, purpose: `planes ${pixels}` });
  const plane = () => Uint16Array.from({ length: pixels }, () => Math.floor(random.uniform() * 65_536));
  return [plane(), plane(), plane()];
}

function interleaved(planes: PixelPlanes): Uint16Array {
  return Uint16Array.from(
    { length: 3 * planes[0].length },
    (_, i) => planes[i % 3]?.[Math.floor(i / 3)] ?? 0,
  );
}

// Around the threes of fours that the kernel packs, and the chunk of 2040.
const COUNTS = [1, 4, 11, 12, 13, 36, 100, 2039, 2040, 2041, 4081];

describe.each(availableBackends())("a network on planes of 16 bits (%s)", (backend) => {
  it.each([
    ["a network with a kernel", [3, 16, 3]],
    ["one without", [3, 6, 5, 3]],
  ] as const)("gives the numbers of interleaved pixels: %s", (_, channels) => {
    setBackend(backend);
    const network = randomNetwork({ channels, activation: "relu" });
    for (const pixels of COUNTS) {
      for (const share of [1, 0.3]) {
        const planes = randomPlanes(pixels);
        const expected = interleaved(planes);
        applyPixelNetwork({ network, pixels: expected, channels: 3, share });
        applyPixelNetworkToPlanes({ network, planes, share });
        expect(interleaved(planes), `${pixels} pixels, share ${share}`).toEqual(expected);
      }
    }
  });
});

it("runs on the kernel of interleaved pixels where there is one", () => {
  const network = randomNetwork({ channels: [3, 16, 3], activation: "relu" });
  const ran = (): void => applyPixelNetworkToPlanes({ network, planes: randomPlanes(100) });
  expect(implementationOf("pixels in planes", ran)).toBe("wasm");
});

describe("planes that do not fit are refused", () => {
  const network = randomNetwork({ channels: [3, 4, 3], activation: "relu" });
  const plane = new Uint16Array(6);

  it("of different lengths", () => {
    const planes = [plane, new Uint16Array(5), plane] as const;
    expect(() => applyPixelNetworkToPlanes({ network, planes })).toThrow(
      /applyPixelNetworkToPlanes planes: expected as many values in each, received 6, 5, 6/,
    );
  });

  it("of other numbers, and for a network of other channels", () => {
    const planes = [plane, plane, new Uint8Array(6)] as unknown as PixelPlanes;
    expect(() => applyPixelNetworkToPlanes({ network, planes })).toThrow(/three Uint16Array/);
    const other = randomNetwork({ channels: [3, 4, 2], activation: "relu" });
    expect(() => applyPixelNetworkToPlanes({ network: other, planes: [plane, plane, plane] })).toThrow(
      /3 channels in and 3 out/,
    );
  });
});
