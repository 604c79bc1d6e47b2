/** Files of tensors and of lookup tables. */
import { identityCube } from "../../src/colour/index.js";
import * as format from "../../src/format/index.js";
import {
  type Argument,
  aboveZeroArg,
  alsoAccepts,
  bytesArg,
  fixedArg,
  listArg,
  mapArg,
  nothing,
  optional,
  optionsArg,
  type Row,
  row,
  sizeArg,
  tensorArg,
  textArg,
} from "./row.js";
import { lutArg } from "./rows-colour.js";

const lut = () => ({ stages: [identityCube(4)] });
const file = (): format.SafetensorsFile => ({
  metadata: new Map([["format", "a test"]]),
  tensors: new Map([["x", { shape: [2], data: Float32Array.of(1, 2) }]]),
});
const name = textArg("name", () => "a.cube");
const pictureArg = optionsArg(
  "source",
  alsoAccepts(
    fixedArg("pixels", () => identityCube(4).table),
    ...(["bytes", "clamped", "uint16", "float32", "float64"] as const),
  ),
  sizeArg("width", () => 8),
  sizeArg("height", () => 8),
  optional(aboveZeroArg("max", () => 1)),
);
const writing: Argument = optionsArg(
  "options",
  optional(
    alsoAccepts(
      listArg(
        "comments",
        textArg("comments", () => "made by a test"),
      ),
      "texts",
    ),
  ),
);

export const formatRows: readonly Row[] = [
  row(
    "readLut",
    format.readLut,
    bytesArg("source", () => format.writeCube(lut())),
    name,
    optional(optionsArg("options", optional(fixedArg("layout", () => "hald")))),
  ),
  row("readLut", format.readLut, alsoAccepts(pictureArg, "bytes"), name),
  row(
    "lutFormatOfName",
    format.lutFormatOfName,
    textArg("name", () => "a.cube"),
    alsoAccepts(
      fixedArg("formats", () => format.LUT_FORMATS),
      "emptyList",
    ),
  ),
  row(
    "fitLut",
    format.fitLut,
    lutArg("lut", lut),
    fixedArg("format", () => format.LUT_FORMATS[0]),
    optional(optionsArg("options", optional(sizeArg("size", () => 4)))),
  ),
  row("writeCube", format.writeCube, lutArg("lut", lut), optional(writing)),
  row("lutToHald", format.lutToHald, lutArg("lut", lut), alsoAccepts(sizeArg("level", () => 2))),
  row(
    "readSafetensors",
    format.readSafetensors,
    bytesArg("bytes", () => format.writeSafetensors(file())),
    textArg("name", () => "a file"),
  ),
  row(
    "writeSafetensors",
    format.writeSafetensors,
    optionsArg(
      "file",
      mapArg(
        "metadata",
        "format",
        textArg("format", () => "a test"),
      ),
      mapArg(
        "tensors",
        "x",
        alsoAccepts(
          tensorArg("x", () => file().tensors.get("x")),
          "foreignTensor",
        ),
      ),
    ),
  ),
  ...format.LUT_FORMATS.flatMap(rowsOfFormat),
  // They look at what is read: anything that is not of the format is none.
  ...nothing("LUT_FORMATS.recognize", "LUT_FORMATS.write.lattice.holds", "LUT_FORMATS.write.curves.holds"),
  ...nothing("writableLutFormats", "latticeFormats"),
];

const curves = () => format.readLut(new TextEncoder().encode(SPI1D), "x.spi1d").lut;
/** A .3dl has sizes of 2^n + 1. */
const lattice = (name: string) => ({ stages: [identityCube(name === "3dl" ? 5 : 4)] });

const SPI1D = "Version 1\nFrom 0 1\nLength 2\nComponents 1\n{\n0\n1\n}\n";

/** Programs may call the formats of the table themselves. */
function rowsOfFormat(one: format.LutFormat): Row[] {
  const alias = one.name;
  const { write } = one;
  const table = () => (write?.lattice === undefined ? curves() : lattice(one.name));
  const bytes = () => {
    if (one.source === "bytes" && one.write !== undefined) return one.write.encode(table(), {});
    return new TextEncoder().encode(SPI1D);
  };
  const read =
    one.source === "bytes"
      ? row("LUT_FORMATS.read", one.read, bytesArg("bytes", bytes), name)
      : row("LUT_FORMATS.read", one.read, pictureOf(one), name);
  const encode = write && row("LUT_FORMATS.write.encode", write.encode, lutArg("lut", table), writing);
  return [{ ...read, alias }, ...(encode === undefined ? [] : [{ ...encode, alias }])];
}

/** 16 tiles in a row are no square. */
function pictureOf({ name: format }: format.LutFormat): Argument {
  if (format === "hald") return pictureArg;
  const { table } = identityCube(16);
  const sizes = { pixels: table, width: 256, height: 16, max: 1 };
  const fields = pictureArg.fields?.map((field) => ({
    ...field,
    valid: () => sizes[field.name as keyof typeof sizes],
  }));
  return { ...pictureArg, fields: fields as Argument[], valid: () => sizes };
}
