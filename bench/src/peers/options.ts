import { parseArgs } from "node:util";
import { OPERATION_ROWS } from "./operations.js";
import type { Work } from "./protocol.js";

/** What --only takes. */
export const KINDS = ["training", "inference", "convolution", "operations"] as const;
export type Kind = (typeof KINDS)[number];

export interface PeersOptions {
  readonly json: boolean;
  readonly quick: boolean;
  /** Also runs `npm run bench`, for the goals that need no peers. */
  readonly withBench: boolean;
  /** Undefined for all. */
  readonly only: readonly Kind[] | undefined;
  /** Rows of the table of operations; undefined for all. */
  readonly rows: readonly string[] | undefined;
  /** Node of the library, of `npm run bench` and of the peers written in JavaScript. */
  readonly node: string;
  readonly python: string | undefined;
  /** Where the Markdown goes; undefined: nowhere. */
  readonly out: string | undefined;
}

const DOCUMENT = "docs/benchmarks.md";

/**
 * @returns the options, or the text to print instead of running.
 * @throws {TypeError} for an option that does not exist (node:util) or a value that it cannot have.
 */
export function parsePeersOptions(args: readonly string[]): PeersOptions | string {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      "with-bench": { type: "boolean", default: false },
      only: { type: "string" },
      row: { type: "string", multiple: true },
      node: { type: "string", default: process.execPath },
      python: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return HELP;
  const only = values.only?.split(",").map(kindOf);
  // A part of the numbers, or rough ones, must not take the place of the real ones unasked.
  const isWhole = only === undefined && values.row === undefined && !values.quick && values["with-bench"];
  return {
    json: values.json,
    quick: values.quick,
    withBench: values["with-bench"],
    only,
    rows: values.row?.map(rowOf),
    node: values.node,
    python: values.python,
    out: values.out ?? (isWhole ? DOCUMENT : undefined),
  };
}

function kindOf(name: string): Kind {
  const kind = KINDS.find((one) => one === name);
  if (kind === undefined)
    throw new TypeError(`--only: expected some of ${KINDS.join(",")}, received ${name}`);
  return kind;
}

function rowOf(name: string): string {
  const names = OPERATION_ROWS.map(({ operation }) => operation);
  if (!names.includes(name))
    throw new TypeError(`--row: expected one of ${names.join("; ")}, received ${name}`);
  return name;
}

export function isChosen({ kind }: Work, only: readonly Kind[] | undefined): boolean {
  return only === undefined || only.includes(kind === "convolutionPerSample" ? "convolution" : kind);
}

const HELP: string = [
  "npm run bench:peers: the same work by this library and by its peers, in the same run. About half an hour.",
  "",
  "  --with-bench    also runs npm run bench and judges the goals that need no peers",
  "  --json          the results as one JSON document on stdout, nothing on stderr",
  "  --quick         few and short rounds: does it run? The numbers are rough",
  `  --only a,b      some kinds of work: ${KINDS.join(", ")}`,
  "  --row NAME      of the operations this one; may be given several times",
  "  --node PATH     the Node that runs the library and the peers written in JavaScript",
  "  --python PATH   the Python that has PyTorch",
  `  --out FILE      writes the Markdown there; a whole run --with-bench writes ${DOCUMENT}`,
].join("\n");
