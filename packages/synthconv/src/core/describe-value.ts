/** How messages write what a caller passed, whatever it is. */

// Longer lists and names of more keys do not help anyone who reads the message.
const LISTED = 5;
const MAX_TEXT = 40;

/** `the number`s and words as they are, strings in quotes, and of anything else what it is: `a Tensor [2,3]`. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "bigint":
      return `the BigInt ${value}n`;
    case "symbol":
      return "a symbol";
    case "function":
      return value.name === "" ? "a function" : `the ${isClass(value) ? "class" : "function"} ${value.name}`;
    case "object":
      return value === null ? "null" : describeObject(value);
    default:
      return String(value);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text);
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return describeList(value);
  if (ArrayBuffer.isView(value)) return describeView(value);
  if (isPlainObject(value)) return describeRecord(value);
  const { constructor: type, shape } = value as { constructor?: { name?: string }; shape?: unknown };
  const name = type?.name;
  const sizes = Array.isArray(shape) && shape.every((size) => typeof size === "number") ? ` [${shape}]` : "";
  return name ? `${article(name)} ${name}${sizes}` : "an object";
}

function describeView(view: ArrayBufferView): string {
  const { length } = view as unknown as { length?: number };
  const { name } = view.constructor;
  return `${article(name)} ${name}${length === undefined ? "" : ` of ${length}`}`;
}

function describeList(list: readonly unknown[]): string {
  const shown = list.slice(0, LISTED).map((entry) => (Array.isArray(entry) ? "[...]" : describeValue(entry)));
  return `[${[...shown, ...(list.length > LISTED ? ["..."] : [])].join(",")}]`;
}

function describeRecord(record: object): string {
  const keys = Object.keys(record);
  if (keys.length === 0) return "an empty object";
  const shown = [...keys.slice(0, LISTED), ...(keys.length > LISTED ? ["..."] : [])];
  return `an object { ${shown.join(", ")} }`;
}

/** True for what braces make, in whatever realm, and not for the instances of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** True for what must be called with new. Functions may be given another prototype, classes may not. */
export function isClass(value: unknown): value is { readonly name: string } {
  if (typeof value !== "function") return false;
  return Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
}

function article(name: string): string {
  return /^([AEIO]|U(?!int))/.test(name) ? "an" : "a";
}
