import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import {
  applyNetworkToPlanes,
  blendNetworks,
  type LookSchema,
  parseLook,
  type Settings,
  type StyleBlend,
  serializeLook,
  styleShares,
  synthesize,
} from "../../src/look/index.js";
import { lookOf, schemaOf, WARMTH } from "./look-samples.js";

const STYLES = [{ name: "portra_160_++" }, { name: "golden", description: "evening" }, { name: "px-100uv" }];
const NAMES = STYLES.map(({ name }) => name);
const PIXELS = 64;

function styledSchema(overrides: Partial<LookSchema> = {}): LookSchema {
  return schemaOf({ styles: STYLES, generator: { kind: "free" }, ...overrides });
}

/** Random colours, some outside 0 to 1. */
function colours(): Float32Array {
  const stream = new RandomStream({ seed: 3, purpose: "colours" });
  return Float32Array.from({ length: 3 * PIXELS }, () => 1.4 * stream.uniform() - 0.2);
}

function apply(network: ReturnType<typeof synthesize>): Float32Array {
  const output = new Float32Array(3 * PIXELS);
  applyNetworkToPlanes(network, colours(), output);
  return output;
}

describe("a look with styles", () => {
  it.each<[string, LookSchema, Settings]>([
    ["without knobs", styledSchema(), {}],
    [
      "whose generator is fully connected",
      styledSchema({ condition: [WARMTH], generator: { hidden: [5] } }),
      { warmth: 1 },
    ],
    [
      "of three layers",
      styledSchema({ network: { channels: [3, 4, 5, 3], activation: "relu", residual: true } }),
      {},
    ],
    [
      "that is affine",
      styledSchema({ network: { channels: [3, 3], activation: "relu", residual: false } }),
      {},
    ],
  ])("blends its styles exactly, %s", (_name, schema, settings) => {
    const look = lookOf(schema);
    const alone = NAMES.map((name) => apply(synthesize(look, settings, name)));
    const shares = [0.5, 0.2, 0.3];
    const blend = Object.fromEntries(NAMES.map((name, nth) => [name, shares[nth] as number]));
    apply(synthesize(look, settings, blend)).forEach((value, at) => {
      const expected = shares.reduce((sum, share, nth) => sum + share * (alone[nth]?.[at] as number), 0);
      expect(Math.abs(value - expected)).toBeLessThan(2e-6);
    });
    expect(alone[0]).not.toEqual(alone[1]);
  });

  it("has the weights of one style alone where that has all of the share, and takes the first by default", () => {
    const look = lookOf(styledSchema());
    expect(synthesize(look, {}, { golden: 1, "px-100uv": 0 })).toEqual(synthesize(look, {}, "golden"));
    expect(synthesize(look)).toEqual(synthesize(look, {}, "portra_160_++"));
  });

  it("comes back from its file as it was", () => {
    const look = lookOf(styledSchema({ condition: [WARMTH], generator: { hidden: [4] } }));
    expect(parseLook(serializeLook(look), "x")).toEqual(look);
  });

  it.each<[string, Partial<LookSchema>, RegExp]>([
    [
      "two styles of one name",
      { styles: [{ name: "a" }, { name: "a" }, { name: "b" }] },
      /style names must differ/,
    ],
    ["a name that no command line can hold", { styles: [{ name: "a=b" }] }, /styles\.0\.name/],
    [
      "a knob of the name of a style",
      { condition: [{ ...WARMTH, name: "golden" }] },
      /must have different names/,
    ],
    [
      "an unknown field of a style",
      { styles: [{ nam: "a" }] as never },
      /styles\[0\]: .*Write \{ name: "a" \}/,
    ],
  ])("is refused with %s", (_name, change, message) => {
    expect(() => serializeLook({ schema: styledSchema(change), parameters: new Map() })).toThrow(message);
  });
});

describe("styleShares", () => {
  it("gives shares that make 1, in the look's order, without those that are 0", () => {
    expect(styleShares(STYLES, { "px-100uv": 0.33, golden: 0.66, "portra_160_++": 0 })).toEqual([
      { index: 1, share: expect.closeTo(2 / 3) },
      { index: 2, share: expect.closeTo(1 / 3) },
    ]);
    expect(styleShares([], undefined)).toEqual([]);
  });

  it.each<[StyleBlend, string]>([
    [
      "gold",
      'style gold: expected one of portra_160_++, golden, px-100uv, received "gold". Did you mean golden?',
    ],
    [{ golden: 1.5 }, "style golden: expected a share from 0 to 1, received 1.5"],
    [{ golden: Number.NaN }, "style golden: expected a share from 0 to 1, received NaN"],
    [
      { golden: 0.5 },
      "styles: expected shares that make 1 together, received golden=0.5, together 0.5. For less of one style lower the strength.",
    ],
    [
      { golden: 0.5, "px-100uv": 0.6 },
      "styles: expected shares that make 1 together, received golden=0.5 px-100uv=0.6, together 1.1",
    ],
    [{}, "styles: expected shares that make 1 together, received no style, together 0"],
    [3 as never, "synthesize style: expected the name of a style, or an object of shares"],
  ])("refuses %j", (style, message) => {
    expect(() => styleShares(STYLES, style)).toThrow(message);
  });

  it("says so when a look has no styles", () => {
    expect(() => styleShares([], "golden")).toThrow("style golden: expected no style (this look has none)");
  });
});

describe("blendNetworks", () => {
  it("refuses networks that differ in depth", () => {
    const network = (channels: number[]) =>
      synthesize(lookOf(schemaOf({ network: { channels, activation: "relu", residual: true } })));
    const shares = [
      { network: network([3, 4, 3]), share: 0.5 },
      { network: network([3, 3]), share: 0.5 },
    ];
    expect(() => blendNetworks(shares)).toThrow(
      "blendNetworks: expected networks of 2 layers, as the first has, received 2, 1",
    );
  });
});
