/** The bytes of a look in a link: bits, schema, coverage, numbers. */
import { FormatError } from "../../core/errors.js";
import { sizeOf } from "../../core/shape.js";
import { lookLayout } from "../layout.js";
import type { Look } from "../look.js";
import { LOOK_VERSION, parseLookSchema } from "../schema.js";
import { ByteReader, ByteWriter } from "./bytes.js";
import { readCoverage, writeCoverage } from "./coverage-runs.js";
import { readNumbers, writeNumbers } from "./numbers.js";
import { readSchema, writeSchema } from "./schema-text.js";

/** @param look checked, its numbers finite; `bits` as `numbers.ts` has them. */
export function writeBody({ schema, parameters }: Look, bits: number): Uint8Array {
  const body = new ByteWriter();
  const text = writeSchema(schema);
  body.byte(bits);
  body.varint(text.length);
  body.bytes(text);
  body.byte(schema.coverage === undefined ? 0 : 1);
  if (schema.coverage !== undefined) writeCoverage(body, schema.coverage);
  const names = [...lookLayout(schema).parameters.keys()];
  writeNumbers(
    body,
    names.map((name) => parameters.get(name) as Float32Array),
    bits,
  );
  return body.result();
}

/** @throws {FormatError} when the bytes are none of a look. */
export function readBody(bytes: Uint8Array): Look {
  const body = new ByteReader(bytes, "link");
  const bits = body.byte();
  const text = readSchema(body.bytes(body.varint()));
  const coverage = hasCoverage(body.byte()) ? readCoverage(body) : undefined;
  const parsed = parseLookSchema(
    "link",
    new Map([
      ["format", "synthconv-look"],
      ["version", String(LOOK_VERSION)],
      ["schema", text],
    ]),
  );
  const schema = coverage === undefined ? parsed : { ...parsed, coverage };
  const layout = lookLayout(schema).parameters;
  const numbers = readNumbers(body, [...layout.values()].map(sizeOf), bits);
  const names = [...layout.keys()];
  return { schema, parameters: new Map(names.map((name, at) => [name, numbers[at] as Float32Array])) };
}

function hasCoverage(flag: number): boolean {
  if (flag <= 1) return flag === 1;
  throw new FormatError({ where: "link", expected: "0 or 1 before the coverage", received: String(flag) });
}
