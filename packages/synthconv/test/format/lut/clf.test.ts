import { describe, expect, it } from "vitest";
import { identityCube, type Lut, type LutStage, UNIT_DOMAIN } from "../../../src/colour/index.js";
import { FormatError } from "../../../src/core/index.js";
import { LUT_FORMATS, readLut } from "../../../src/format/index.js";
import { applyLut } from "../../../src/kernels/index.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const MATRIX =
  '<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">1 0 0 0 1 0 0 0 1</Array></Matrix>';
const list = (nodes: string, attributes = 'compCLFversion="3" id="a"'): string =>
  `<?xml version="1.0"?>\n<ProcessList ${attributes}>\n${nodes}\n</ProcessList>\n`;
const read = (text: string): Lut => readLut(encode(text), "x.clf").lut;
const clf = LUT_FORMATS.find(({ name }) => name === "clf");
const write = (lut: Lut): Uint8Array => {
  if (clf?.source !== "bytes" || clf.write === undefined) throw new Error("no .clf");
  return clf.write.encode(lut, { comments: ["<one> & two"] });
};

const STAGES: readonly LutStage[] = [
  { kind: "matrix", matrix: [0.9, 0.1, 0, 0.2, 0.7, 0.1, 0, 0, 1.1], offset: [0.1, 0, -0.05] },
  { kind: "range", min: { input: 0, output: 0.1 }, max: { input: 1, output: 0.9 } },
  { kind: "range", min: { input: 0.2, output: 0.2 } },
  { kind: "exponent", style: "monCurveRev", exponent: [2.4, 2.2, 2], offset: [0.055, 0.1, 0.2] },
  { kind: "exponent", style: "basicMirrorFwd", exponent: [1.2, 0.8, 1], offset: [0, 0, 0] },
  {
    ...{ kind: "log", style: "cameraLinToLog", base: 10, logSideSlope: [0.25, 0.3, 0.2] },
    ...{ logSideOffset: [0.4, 0.5, 0.6], linSideSlope: [5, 4, 3], linSideOffset: [0.05, 0.06, 0.07] },
    ...{ linSideBreak: [0.01, 0.02, 0.03], linearSlope: [6, 5, 4] },
  } as LutStage,
  {
    ...{ kind: "cdl", style: "FwdNoClamp", slope: [1.1, 1, 0.9], offset: [0.01, 0, -0.02] },
    ...{ power: [1.2, 1, 0.8], saturation: 1.3 },
  } as LutStage,
  { kind: "lut1d", size: 3, table: Float32Array.of(0, 0, 0, 0.2, 0.5, 0.7, 1, 1.2, 1), ...UNIT_DOMAIN },
  { ...identityCube(3), table: identityCube(3).table.map((value) => value ** 2), interpolation: "trilinear" },
];

describe("a .clf", () => {
  it.each(STAGES.map((stage, at) => [stage.kind, at, stage] as const))(
    "comes back as it was written: %s, %i",
    (_, __, stage) => {
      expect(read(new TextDecoder().decode(write({ title: 'a "<look>"', stages: [stage] })))).toEqual({
        title: 'a "<look>"',
        stages: [stage],
      });
    },
  );

  it("brings the domain of a table to 0 to 1 by a matrix", () => {
    const cube = { ...identityCube(3), domainMin: [-1, 0, 0.5], domainMax: [2, 4, 1] } as const;
    const colours = Float64Array.of(-0.5, 1, 0.6, 1.5, 3, 0.9, 9, 9, 9);
    const there = applyLut({ stages: [cube] }, colours);
    const back = applyLut(readLut(write({ stages: [cube] }), "x").lut, colours);
    for (const [at, value] of there.entries()) expect(back[at]).toBeCloseTo(value, 6);
  });

  it("of no stages, and with the identity in it, is the identity to the bit", () => {
    const colours = Float64Array.of(0.1, 0.2, 0.3, -5, 7, 0);
    expect(applyLut(readLut(write({ stages: [] }), "x").lut, colours)).toEqual(colours);
    expect(applyLut(read(list(MATRIX)), colours)).toEqual(colours);
  });

  it("reads what every half becomes, by its bits or by its value", () => {
    // 65,536 codes, each its own half: the identity.
    const codes = Array.from({ length: 65_536 }, (_, code) => code).join("\n");
    const raw = `<LUT1D inBitDepth="16f" outBitDepth="16f" halfDomain="true" rawHalfs="true">\n<Array dim="65536 1">${codes}</Array></LUT1D>`;
    const colours = Float64Array.of(0, 1, -1, 0.1, 2 ** -20, -3e-7, 65_504, 1e9, 1 / 3);
    const mapped = applyLut(read(list(raw)), colours);
    for (const [at, value] of colours.entries()) expect(mapped[at]).toBeCloseTo(Math.min(value, 65_504), 9);
  });

  it.each([
    ["no process list", "<a><!-- ProcessList --></a>", 'line 1: expected a ProcessList, received "a"'],
    ["XML that ends early", "<ProcessList>\n<Matrix>", "line 2: expected well-formed XML"],
    ["tags that do not match", "<ProcessList>\n</b>", "line 2: expected well-formed XML"],
    ["no version", list(MATRIX, 'id="a"'), "expected ProcessList with compCLFversion, received none"],
    ["a newer version", list(MATRIX, 'id="a" compCLFversion="4.0"'), 'compCLFversion 1 to 3, received "4.0"'],
    ["no id", list(MATRIX, 'compCLFversion="3"'), "expected ProcessList with id, received none"],
    ["no nodes", list(""), "expected a ProcessList with process nodes, received none"],
    [
      "an unknown node",
      list('<Grain inBitDepth="32f"/>'),
      "line 3: expected a process node of .clf files (Matrix, LUT1D",
    ],
    [
      "another element in a node",
      list(MATRIX.replace("<Array", "<Foo/><Array")),
      'expected an element of Matrix, received "Foo"',
    ],
    [
      "an unknown depth",
      list(MATRIX.replace("32f", "9i")),
      'inBitDepth 8i, 10i, 12i, 16i, 16f, 32f, received "9i"',
    ],
    [
      "depths that do not follow",
      list(`${MATRIX}\n${MATRIX.replace("32f", "10i")}`),
      "line 4: expected inBitDepth 32f, as the node before gives, received 10i",
    ],
    ["NaN in a matrix", list(MATRIX.replace("1 0 0", "nan 0 0")), "expected finite numbers, received NaN"],
    [
      "a word in a table",
      list(MATRIX.replace("1 0 0", "1\n<!-- 7 -->\n x 0")),
      'line 5: expected a decimal number, received "x"',
    ],
    ["a huge size", list(MATRIX.replace("3 3", "999999999 3")), 'dim of Matrix to be "3 3" or "3 4"'],
    [
      "an encoding that is not read",
      `<?xml version="1.0" encoding="UTF-16"?><ProcessList/>`,
      'line 1: expected the encoding UTF-8, received "UTF-16"',
    ],
    ["an entity", `<!DOCTYPE a [<!ENTITY b "c">]>\n${list("&b;").slice(22)}`, "expected well-formed XML"],
  ])("is refused with %s", (_, text, message) => {
    expect(() => read(text)).toThrow(FormatError);
    expect(() => read(text)).toThrow(message);
  });

  it("is refused, and not with a full stack, where elements are nested without end", () => {
    expect(() => read(list("<a>".repeat(200_000)))).toThrow(FormatError);
  });

  it("takes a time that grows with its length, whatever stands in it", () => {
    // Quadratic ways through a megabyte would take minutes, and end this test.
    for (const text of [
      list(MATRIX.replace("1 0 0", `1${"\r\n".repeat(500_000)}0 0`)),
      list(MATRIX.replace("1 0 0", `1 <!--${"<".repeat(1_000_000)}--> 0 0`)),
      list(MATRIX.replace("1 0 0", `1${"<!-- -->".repeat(100_000)} 0 0`)),
    ]) {
      expect(read(text).stages.length).toBe(1);
    }
  });
});
