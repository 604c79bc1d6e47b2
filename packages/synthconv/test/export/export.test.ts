/** Every language through its real consumer: headless Chromium for both shader languages, Node for TypeScript. */
import { transformSync } from "amaro";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withBrowser } from "../../../../test-support/browser.js";
import { type BuiltServer, serveBuilt } from "../../../../test-support/built-server.js";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { compareColours } from "../../src/colour/index.js";
import { type Activation, activationNames } from "../../src/core/activations.js";
import { ShapeError, ValueError } from "../../src/core/index.js";
import { exportNetwork, NETWORK_EXPORTERS } from "../../src/export/index.js";
import type { PixelNetwork } from "../../src/kernels/index.js";
import { applyNetwork } from "../../src/look/index.js";
import { webgl, webgpu } from "./shader-page.js";

/** A network like a look's: hidden layers of these channels and activations, and a result near the colour. */
function networkOf(
  hidden: readonly (readonly [channels: number, Activation])[],
  residual = true,
): PixelNetwork {
  const sizes = [3, ...hidden.map(([channels]) => channels), 3];
  const layers = sizes.slice(1).map((outputs, at) => {
    const inputs = sizes[at] as number;
    const activation = hidden[at]?.[1] ?? "none";
    const reach = (at === hidden.length ? 0.3 : 2) / Math.sqrt(inputs);
    const draw = (count: number, purpose: string): Float32Array =>
      uniformNumbers(count, `${purpose} ${at} of ${sizes}`, { low: -reach, high: reach });
    return {
      ...{
        inputs,
        outputs,
        weight: draw(inputs * outputs, "weight"),
        bias: draw(outputs, "bias"),
        activation,
      },
      ...(activation === "leakyRelu" && { negativeSlope: 0.2 }),
    };
  });
  return { layers, residual };
}

const greys = Array.from({ length: 256 }, (_, code) => [code / 255, code / 255, code / 255]).flat();
const corners = Array.from({ length: 8 }, (_, bits) => [bits & 1, (bits >> 1) & 1, bits >> 2]).flat();
const skin = [0.96, 0.8, 0.69, 0.76, 0.57, 0.42, 0.36, 0.23, 0.16];
const known = [...greys, ...corners, ...skin].map(Math.fround);
/** 10,000 of them, beyond 0 to 1 too. */
const COLOURS = [...known, ...uniformNumbers(30_000 - known.length, "export", { low: -0.1, high: 1.2 })];

function expectSame(actual: ArrayLike<number>, network: PixelNetwork, strength = 1): void {
  const expected = Float32Array.from(COLOURS.slice(0, actual.length));
  applyNetwork(network, expected, { channels: 3, strength });
  expect(actual.length).toBeGreaterThanOrEqual(3000);
  const { deltaE2000 } = compareColours(Float32Array.from(actual), expected);
  expect(deltaE2000.mean).toBeLessThan(1e-4);
  // Both in float32: near black a rounding of 1e-6 is a few thousandths of deltaE.
  expect(deltaE2000.max).toBeLessThan(0.01);
}

const networks: readonly PixelNetwork[] = [
  networkOf([[64, "relu"]]),
  networkOf(activationNames.map((name) => [8, name])),
  networkOf([[8, "tanh"]], false),
];

/** Without a graphics card it runs on the processor. */
const WEBGPU = ["--enable-unsafe-webgpu"];

let server: BuiltServer;
beforeAll(async () => {
  server = await serveBuilt({});
});
afterAll(() => server.close());

describe("an exported network", () => {
  it("is what applyNetwork does, as TypeScript in Node", async () => {
    for (const network of networks) {
      for (const strength of [1, 0.4]) {
        const { code } = transformSync(exportNetwork(network, "typescript", { strength }), {
          mode: "strip-only",
        });
        const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
        const results = new Float64Array(COLOURS.length);
        for (let at = 0; at < COLOURS.length; at += 3) {
          results.set(module.look(COLOURS[at], COLOURS[at + 1], COLOURS[at + 2]), at);
        }
        expectSame(results, network, strength);
      }
    }
  });

  it.for([
    ["glsl", webgl],
    ["wgsl", webgpu],
  ] as const)("is what applyNetwork does, as %s in headless Chromium", async ([language, page], context) => {
    await withBrowser(
      context,
      async (browser) => {
        for (const network of networks) {
          const text = exportNetwork(network, language, { strength: 0.75 });
          // The pages' other networks are about the words of the language: a thousand colours tell.
          const colours = network === networks[0] ? COLOURS : COLOURS.slice(0, 3000);
          const results = await server.evaluate<number[] | string>(browser, "open", page(text, colours));
          if (typeof results === "string") return context.skip(`${results} in this browser`);
          expectSame(results, network, 0.75);
        }
      },
      WEBGPU,
    );
  });
});

describe("exportNetwork", () => {
  it("names the function as it is told, and puts notes at the head", () => {
    for (const { name } of NETWORK_EXPORTERS) {
      const text = exportNetwork(networkOf([[4, "relu"]]), name, { name: "warm2", comments: ["one\ntwo"] });
      expect(text.startsWith("// one\n// two\n")).toBe(true);
      expect(text).toMatch(/\b(fn|vec3|function) warm2\(/);
    }
  });

  it.each([
    ["glsl", ["float", "main", "mix", "colour", "sample", "vec3"]],
    ["wgsl", ["fn", "vec3f", "override", "colour", "static"]],
    ["typescript", ["function", "Math", "await", "erf", "eval"]],
  ])("refuses words of %s for a name", (language, names) => {
    for (const name of names) {
      expect(() => exportNetwork(networkOf([[4, "relu"]]), language, { name })).toThrow(
        `exportNetwork name: expected a name that is no word of`,
      );
    }
  });

  it("refuses other networks, languages, names and strengths", () => {
    const network = networkOf([[4, "relu"]]);
    const wide: PixelNetwork = { layers: [networkOf([[4, "relu"]]).layers[0] as never], residual: false };
    expect(() => exportNetwork(wide, "glsl")).toThrow(ShapeError);
    expect(() => exportNetwork(wide, "glsl")).toThrow(
      "expected a network of 3 channels in and out, received 3 in and 4 out",
    );
    for (const [language, options] of [
      ["hlsl", {}],
      ["glsl", { name: "a b" }],
      ["glsl", { name: "1a" }],
      ["glsl", { strength: 2 }],
    ] as const) {
      expect(() => exportNetwork(network, language, options)).toThrow(ValueError);
    }
  });
});
