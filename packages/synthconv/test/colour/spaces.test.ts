import { spawnSync } from "node:child_process";
import { converter } from "culori";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pythonWith } from "../../../../test-support/needs.js";
import { COLOUR_SPACES, type ColourSpace, colourSpaceNamed, convertColours } from "../../src/colour/index.js";
import { invert3, multiply3, multiplyPlanes } from "../../src/colour/spaces/matrix3.js";

/** Codes from black to white, and colours of which a channel leads, planar `[3,P]`. */
function codes(): Float32Array {
  const steps = [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8];
  const colours = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => [red, green, blue])));
  return Float32Array.from(
    [0, 1, 2].flatMap((channel) => colours.map((colour) => colour[channel] as number)),
  );
}

/** OpenColorIO's built-in transforms, some of them backwards (a name that begins with -), one after the other. */
const OCIO = `
import json, sys
import PyOpenColorIO as ocio
for line in sys.stdin:
    styles, planes = json.loads(line)
    count = len(planes) // 3
    group = ocio.GroupTransform()
    for style in styles:
        if style.startswith("space "):
            group.appendTransform(ocio.ColorSpaceTransform(style[6:], "ACES2065-1"))
            continue
        backwards = style.startswith("-")
        direction = ocio.TRANSFORM_DIR_INVERSE if backwards else ocio.TRANSFORM_DIR_FORWARD
        group.appendTransform(ocio.BuiltinTransform(style[1:] if backwards else style, direction))
    config = ocio.Config.CreateFromBuiltinConfig("studio-config-latest")
    cpu = config.getProcessor(group).getOptimizedCPUProcessor(ocio.OPTIMIZATION_NONE)
    pixels = [cpu.applyRGB([planes[i], planes[count + i], planes[2 * count + i]]) for i in range(count)]
    print(json.dumps([pixel[channel] for channel in range(3) for pixel in pixels]))
`;

/** What each list of transforms makes of the codes, in one process. */
function openColorIO(python: string, lists: readonly (readonly string[])[]): number[][] {
  const input = lists.map((styles) => `${JSON.stringify([styles, Array.from(codes())])}\n`).join("");
  const { stdout, stderr, status } = spawnSync(python, ["-c", OCIO], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

type Corners = ColourSpace["primaries"];

const CAT02 = [0.7328, 0.4296, -0.1624, -0.7036, 1.6975, 0.0061, 0.003, 0.0136, 0.9834];
const BRADFORD = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
/** Of ACES2065-1 (SMPTE ST 2065-1). */
const AP0: Corners = {
  white: [0.32168, 0.33767],
  red: [0.7347, 0.2653],
  green: [0, 1],
  blue: [0.0001, -0.077],
};

/** Linear RGB of a space to ACES2065-1, its white adapted by these cone responses. */
function toAces({ primaries }: ColourSpace, cones: readonly number[]): number[] {
  const xyz = ([x, y]: readonly [number, number]): number[] => [x / y, 1, (1 - x - y) / y];
  const times = (matrix: readonly number[], vector: readonly number[]): number[] =>
    [0, 3, 6].map((row) => vector.reduce((sum, value, k) => sum + value * (matrix[row + k] as number), 0));
  const toXyz = ({ white, red, green, blue }: Corners): number[] => {
    const corners = [red, green, blue].map(xyz);
    const columns = [0, 1, 2].flatMap((row) => corners.map((corner) => corner[row] as number));
    const scales = times(invert3(columns), xyz(white));
    return columns.map((value, at) => value * (scales[at % 3] as number));
  };
  const [from, to] = [times(cones, xyz(primaries.white)), times(cones, xyz(AP0.white))];
  const ratio = cones.map(
    (value, at) => (value * (to[Math.floor(at / 3)] as number)) / (from[Math.floor(at / 3)] as number),
  );
  const adapted = multiply3(multiply3(invert3(cones), ratio), toXyz(primaries));
  return multiply3(invert3(toXyz(AP0)), adapted);
}

/** OpenColorIO adapts whites as each maker's own transform does. */
const CAMERAS: readonly (readonly [name: string, style: string, cones: readonly number[]])[] = [
  ["arri-logc3", "ARRI_ALEXA-LOGC-EI800-AWG_to_ACES2065-1", CAT02],
  ["arri-logc4", "ARRI_LOGC4_to_ACES2065-1", CAT02],
  ["sony-slog3", "SONY_SLOG3-SGAMUT3.CINE_to_ACES2065-1", CAT02],
  ["sony-slog3-sgamut3", "SONY_SLOG3-SGAMUT3_to_ACES2065-1", CAT02],
  ["panasonic-vlog", "PANASONIC_VLOG-VGAMUT_to_ACES2065-1", BRADFORD],
  ["red-log3g10", "RED_LOG3G10-RWG_to_ACES2065-1", BRADFORD],
  ["apple-log", "APPLE_LOG_to_ACES2065-1", BRADFORD],
  ["davinci-intermediate", "space DaVinci Intermediate WideGamut", CAT02],
  ["acescct", "ACEScct_to_ACES2065-1", BRADFORD],
  ["acescg", "ACEScg_to_ACES2065-1", BRADFORD],
];

/** Theirs is float32: 4e-6 of the brightest of a colour's channels, whose light its darkest is a difference of. */
function expectSameLight(mine: ArrayLike<number>, theirs: ArrayLike<number>): void {
  const count = mine.length / 3;
  expect(theirs.length).toBe(mine.length);
  for (let i = 0; i < count; i++) {
    const all = [0, 1, 2].map(
      (channel) => [mine[channel * count + i], theirs[channel * count + i]] as [number, number],
    );
    const brightest = Math.max(0.1, ...all.map(([, other]) => Math.abs(other)));
    for (const [one, other] of all) expect(Math.abs(one - other) / brightest).toBeLessThan(4e-6);
  }
}

describe("colour spaces", () => {
  it("hold curves and primaries as OpenColorIO does", (context) => {
    const python = pythonWith(context, "PyOpenColorIO");
    const curves = [
      // Its gamut of these two is another one.
      ["canon-log2", "CURVE - CANON_CLOG2_to_LINEAR"],
      ["canon-log3", "CURVE - CANON_CLOG3_to_LINEAR"],
    ] as const;
    const white = "UTILITY - ACES-AP1_to_LINEAR-REC709_BFD";
    const styles = [...CAMERAS.map(([, style]) => style), ...curves.map(([, style]) => style), white];
    const theirs = openColorIO(
      python,
      styles.map((style) => [style]),
    );
    const mine = [...CAMERAS, ...curves].map(([name, , cones]) => {
      const space = colourSpaceNamed(name);
      const light = Float32Array.from(codes(), (code) => space.toLight(code));
      if (cones !== undefined) multiplyPlanes(light, toAces(space, cones));
      return light;
    });
    const adapted = codes();
    convertColours(adapted, "acescg", "linear");
    for (const [at, light] of [...mine, adapted].entries()) expectSameLight(light, theirs[at] as number[]);
    expect(theirs).toHaveLength(CAMERAS.length + 3);
  });

  it("hold DaVinci's intermediate to the values of its paper", () => {
    const { fromLight, toLight } = colourSpaceNamed("davinci-intermediate");
    // Blackmagic Design's table of linear and encoded values.
    for (const [light, code] of [
      [-0.01, -0.104442685],
      [0, 0],
      [0.18, 0.336043],
      [1, 0.513837],
      [10, 0.756599],
      [40, 0.903125],
      [100, 0.999999],
    ]) {
      expect(fromLight(light as number)).toBeCloseTo(code as number, 5);
      expect(toLight(fromLight(light as number))).toBeCloseTo(light as number, 9);
    }
  });

  it.for([
    ["display-p3", "p3"],
    ["adobe-rgb", "a98"],
    ["prophoto-rgb", "prophoto"],
  ] as const)("agree with culori about %s", ([name, mode]) => {
    const colours = codes();
    const count = colours.length / 3;
    const toSrgb = converter("rgb");
    const theirs = Array.from({ length: count }, (_, i) => {
      const [r, g, b] = [0, 1, 2].map((channel) => colours[channel * count + i] as number) as [
        number,
        number,
        number,
      ];
      return toSrgb({ mode, r, g, b });
    });
    convertColours(colours, name, "srgb");
    theirs.forEach(({ r, g, b }, i) => {
      for (const [channel, value] of [r, g, b].entries()) {
        // culori's matrices have six digits, and its D50 another rounding.
        expect(Math.abs((colours[channel * count + i] as number) - value)).toBeLessThan(4e-4);
      }
    });
  });

  it.for(COLOUR_SPACES.map((space) => [space.name, space] as const))(
    "%s has a curve that rises and can be undone",
    ([, space]) => {
      const code = fc.double({ min: 0, max: 1, noNaN: true });
      fc.assert(
        fc.property(code, code, (one, other) => {
          expect(space.fromLight(space.toLight(one))).toBeCloseTo(one, 12);
          if (one < other) expect(space.toLight(one)).toBeLessThanOrEqual(space.toLight(other));
        }),
      );
      // What is darker than black or brighter than the last code is no error, and no other colour.
      if (space.name === "apple-log") return;
      const light = fc.double({ min: -0.005, max: 500, noNaN: true });
      fc.assert(
        fc.property(light, (one) => Math.abs(space.toLight(space.fromLight(one)) - one) < 1e-6 + 1e-6 * one),
      );
    },
  );

  it("keep greys grey and white white, whichever becomes which", () => {
    for (const from of COLOUR_SPACES) {
      for (const to of COLOUR_SPACES) {
        const greys = Float32Array.of(0, 0.4, 0.4, 0, 0.4, 0.4, 0, 0.4, 0.4);
        convertColours(greys, from.name, to.name);
        const [, red = 0, , , green = 0, , , blue = 0] = greys;
        expect(Math.max(Math.abs(red - green), Math.abs(green - blue))).toBeLessThan(
          2e-6 * Math.max(1, Math.abs(red)),
        );
        const white = Float32Array.of(1, 1, 1).map((light) => from.fromLight(light));
        convertColours(white, from.name, to.name);
        for (const value of white) expect(to.toLight(value)).toBeCloseTo(1, 5);
      }
    }
  });

  it("come back from any other space", () => {
    for (const { name } of COLOUR_SPACES.filter((space) => space.name !== "apple-log")) {
      const colours = codes();
      const there = colours.slice();
      convertColours(there, "srgb", name);
      convertColours(there, name, "srgb");
      there.forEach((value, at) => {
        expect(Math.abs(value - (colours[at] as number))).toBeLessThan(1e-4);
      });
    }
  });

  it("are refused by a wrong name, with the one that is near", () => {
    expect(() => convertColours(new Float32Array(3), "srgb", "logc3")).toThrow(/arri-logc3/);
    expect(() => convertColours(new Float32Array(3), "displayp3", "srgb")).toThrow(/Write "display-p3"/);
    expect(() => convertColours(new Float32Array(4), "srgb", "linear")).toThrow(/three planes/);
  });
});
