/** The bytes of a look in a link: bits, schema, strength, coverage, numbers. */
import { FormatError } from "../../core/errors.js";
import { sizeOf } from "../../core/shape.js";
import { lookLayout } from "../layout.js";
import type { Look } from "../look.js";
import { LOOK_VERSION, parseLookSchema } from "../schema.js";
import { ByteReader, ByteWriter } from "./bytes.js";
import { readCoverage, writeCoverage } from "./coverage-runs.js";
import { readNumbers, writeNumbers } from "./numbers.js";
import { readSchema, writeSchema } from "./schema-text.js";

/** What follows the schema, as bits of one byte. */
const COVERAGE = 1;
const STRENGTH = 2;
/** A strength is written in ten-thousandths: sliders and people give fewer digits. */
const STRENGTH_STEPS = 10_000;

/** What a link holds. */
export interface LinkedLook {
  readonly look: Look;
  /** How much of the look, 0 to 1. */
  readonly strength: number;
}

/** @param look checked, its numbers finite; `bits` as `numbers.ts` has them. */
export function writeBody({ schema, parameters }: Look, bits: number, strength = 1): Uint8Array {
  const body = new ByteWriter();
  const text = writeSchema(schema);
  body.byte(bits);
  body.varint(text.length);
  body.bytes(text);
  const part = Math.round(STRENGTH_STEPS * strength);
  const isWhole = part === STRENGTH_STEPS;
  body.byte((schema.coverage === undefined ? 0 : COVERAGE) | (isWhole ? 0 : STRENGTH));
  if (!isWhole) body.varint(part);
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
export function readBody(bytes: Uint8Array): LinkedLook {
  const body = new ByteReader(bytes, "link");
  const bits = body.byte();
  const text = readSchema(body.bytes(body.varint()));
  const flags = readFlags(body.byte());
  const strength = (flags & STRENGTH) === 0 ? 1 : readStrength(body);
  const coverage = (flags & COVERAGE) === 0 ? undefined : readCoverage(body);
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
  const parameters = new Map(names.map((name, at) => [name, numbers[at] as Float32Array]));
  return { look: { schema, parameters }, strength };
}

function readFlags(flags: number): number {
  if (flags <= (COVERAGE | STRENGTH)) return flags;
  throw new FormatError({ where: "link", expected: "0 to 3 after the schema", received: String(flags) });
}

function readStrength(body: ByteReader): number {
  const part = body.varint();
  if (part <= STRENGTH_STEPS) return part / STRENGTH_STEPS;
  throw new FormatError({
    where: "link",
    expected: `a strength of at most ${STRENGTH_STEPS} ten-thousandths`,
    received: String(part),
  });
}
