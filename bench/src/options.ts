import { parseArgs } from "node:util";

export interface BenchOptions {
  readonly json: boolean;
  readonly quick: boolean;
  /** Names of the sections to run; undefined for all. */
  readonly only: readonly string[] | undefined;
}

/**
 * @returns the options, or the text to print instead of running.
 * @throws {TypeError} for an option that does not exist (node:util).
 */
export function parseOptions(
  args: readonly string[],
  sections: readonly string[],
  about: string,
): BenchOptions | string {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return helpText(sections, about);
  const only = values.only?.split(",");
  const unknown = only?.find((name) => !sections.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`--only: expected some of ${sections.join(",")}, received ${unknown}`);
  }
  return { json: values.json, quick: values.quick, only };
}

function helpText(sections: readonly string[], about: string): string {
  return [
    about,
    "",
    "  --json          the results as one JSON document on stdout, nothing on stderr",
    "  --quick         few and short rounds: does it run? The numbers are rough",
    `  --only a,b      some sections: ${sections.join(", ")}`,
  ].join("\n");
}
