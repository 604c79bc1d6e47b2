import { check, checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { FormatError, ValueError } from "../core/errors.js";
import { BYTES, FLOAT32, kind, mapOf, STRING } from "../core/kinds.js";
import { formatShape, sameShape, sizeOf } from "../core/shape.js";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../format/index.js";
import { lookLayout } from "./layout.js";
import { checkLookSchema, type LookSchema, lookMetadata, parseLookSchema } from "./schema.js";

/** A trained colour transform: its description and the parameters of the network that writes its weights. */
export interface Look {
  readonly schema: LookSchema;
  /** By their names in the file (`lookLayout`); float32. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
}

const LOOK: Fields<Look> = {
  schema: kind("the schema of a look, an object", isPlainObject),
  parameters: mapOf(FLOAT32, "a Map of Float32Arrays by name"),
};

/** @throws {ValueError} when it is no look, its schema breaks a rule, or a parameter is missing or of another size. */
export function checkLook(where: string, look: Look): void {
  checkOptions(where, look, LOOK, { name: "look", repair: () => "Looks come from parseLook and fitLook." });
  const { schema, parameters } = look;
  checkLookSchema(where, schema);
  for (const [name, shape] of lookLayout(schema).parameters) {
    const length = parameters.get(name)?.length;
    if (length === sizeOf(shape)) continue;
    throw new ValueError({
      where: `${where} parameters`,
      expected: `${name} ${formatShape(shape)}, ${sizeOf(shape)} numbers, as the schema says`,
      received: length === undefined ? "none of that name" : String(length),
    });
  }
}

/**
 * A look from the bytes of its file.
 *
 * @param name what messages call it, usually the file's name.
 * @throws {FormatError} when the bytes are not a whole, well-formed look.
 * @throws {VersionError} when a newer build wrote it.
 */
export function parseLook(bytes: Uint8Array, name: string): Look {
  check("parseLook", "bytes", bytes, BYTES);
  check("parseLook", "name", name, STRING);
  const { metadata, tensors } = readSafetensors(bytes, name);
  const schema = parseLookSchema(name, metadata);
  const layout = lookLayout(schema).parameters;
  for (const key of tensors.keys()) {
    if (!layout.has(key)) {
      throw new FormatError({
        where: name,
        expected: `the tensors that its schema declares (${[...layout.keys()].join(", ")})`,
        received: `one more, ${JSON.stringify(key)}`,
      });
    }
  }
  const parameters = new Map<string, Float32Array>();
  for (const [key, shape] of layout)
    parameters.set(key, checkedParameter(name, key, shape, tensors.get(key)));
  return { schema, parameters };
}

/** The bytes of a look file; the same look gives the same bytes. */
export function serializeLook(look: Look): Uint8Array {
  checkLook("serializeLook", look);
  const { schema, parameters } = look;
  const tensors = new Map<string, StoredTensor>();
  for (const [key, shape] of lookLayout(schema).parameters) {
    tensors.set(key, { shape, data: parameters.get(key) as Float32Array });
  }
  return writeSafetensors({ tensors, metadata: lookMetadata(schema) });
}

function checkedParameter(
  name: string,
  key: string,
  shape: readonly number[],
  tensor: StoredTensor | undefined,
): Float32Array {
  if (tensor !== undefined && sameShape(tensor.shape, shape) && tensor.data instanceof Float32Array) {
    return tensor.data;
  }
  throw new FormatError({
    where: name,
    expected: `float32 ${key} ${formatShape(shape)}, as its schema says`,
    received:
      tensor === undefined
        ? "none of that name"
        : `${tensor.data instanceof Float32Array ? "float32" : "float64"} ${formatShape(tensor.shape)}`,
  });
}
