/** JSON whose values know their lines. */
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { FormatError } from "synthconv/look";

/** Where a value stands: `["examples", 2, "set"]`. */
export type JsonPath = readonly (string | number)[];

export interface JsonText {
  readonly value: unknown;
  /** `looks.json:7 examples[2].set`: the line of the value, or of what is nearest around it. */
  place(path: JsonPath): string;
}

/**
 * @param name what messages call it.
 * @throws {FormatError} naming the line where it is no JSON, or says one thing twice.
 */
export function parseJsonText(text: string, name: string): JsonText {
  const errors: ParseError[] = [];
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (root === undefined || first !== undefined) {
    const { error, offset } = first ?? { error: 4, offset: text.length };
    const problem = printParseErrorCode(error as ParseError["error"]);
    throw new FormatError({
      where: `${name}:${lineAt(offset)}`,
      expected: "JSON",
      received: inWords(problem),
    });
  }
  refuseTwins(root, (twin, key) => {
    return new FormatError({
      where: `${name}:${lineAt(twin.offset)}`,
      expected: "each name once in an object",
      received: `${JSON.stringify(key)} twice`,
    });
  });
  return {
    value: getNodeValue(root) as unknown,
    place(path) {
      const node = nearestNode(root, path);
      const field = path.map((part, at) =>
        typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${part}`,
      );
      return [`${name}:${lineAt(node.offset)}`, field.join("")].filter((part) => part !== "").join(" ");
    },
  };
}

/** `CommaExpected` is `no comma where one must stand`, and `InvalidSymbol` is `invalid symbol`. */
function inWords(name: string): string {
  const letters = Array.from(name, (letter) =>
    letter === letter.toLowerCase() ? letter : ` ${letter.toLowerCase()}`,
  );
  const words = letters.join("").trim();
  const suffix = " expected";
  return words.endsWith(suffix) ? `no ${words.slice(0, -suffix.length)} where one must stand` : words;
}

/** The value at the path, or what it would stand in. */
function nearestNode(root: Node, path: JsonPath): Node {
  for (let length = path.length; length > 0; length--) {
    const found = findNodeAtLocation(root, path.slice(0, length));
    if (found !== undefined) return found;
  }
  return root;
}

function refuseTwins(node: Node, errorFor: (twin: Node, key: string) => Error): void {
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    const [key] = child.type === "property" ? (child.children ?? []) : [];
    if (key !== undefined) {
      if (seen.has(key.value as string)) throw errorFor(key, key.value as string);
      seen.add(key.value as string);
    }
    refuseTwins(child, errorFor);
  }
}
