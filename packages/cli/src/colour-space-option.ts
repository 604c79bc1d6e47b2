/** Options that name an encoding of colours, and what they and a look say together. */
import { Option } from "commander";
import { nearestName } from "synthconv/internal";
import { COLOUR_SPACES, type ColourSpace, colourSpaceNamed, type LookSchema } from "synthconv/look";
import { UsageError } from "./frame/failure.js";

const NAMES = COLOUR_SPACES.map(({ name }) => name);

/** @param flags `--input-space <name>`. */
export function colourSpaceOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string) => parseColourSpace(option.long ?? flags, text));
}

/** @throws {UsageError} for a name that is none of `COLOUR_SPACES`, with the nearest one. */
function parseColourSpace(where: string, text: string): ColourSpace {
  const found = NAMES.find((name) => name === text);
  if (found !== undefined) return colourSpaceNamed(found);
  const near = nearestName(text, NAMES) ?? NAMES.find((name) => name.includes(text.toLowerCase()));
  throw new UsageError(
    `${where}: expected one of ${NAMES.join(", ")}, received ${JSON.stringify(text)}` +
      (near === undefined ? "" : `. Did you mean ${near}?`),
  );
}

/** What a look reads and writes. */
export function spacesOfLook({
  colourSpace,
  outputSpace = colourSpace,
}: Pick<LookSchema, "colourSpace" | "outputSpace">): {
  readonly reads: ColourSpace;
  readonly writes: ColourSpace;
} {
  return { reads: colourSpaceNamed(colourSpace), writes: colourSpaceNamed(outputSpace) };
}

/** For a comment in a file. */
export function spacesNote(schema: Pick<LookSchema, "colourSpace" | "outputSpace">): string {
  const { reads, writes } = spacesOfLook(schema);
  return reads === writes
    ? `reads and writes ${reads.title}`
    : `reads ${reads.title}, writes ${writes.title}`;
}

/** `sRGB`; `ARRI LogC3 (EI 800), Wide Gamut 3, to sRGB`. */
export function spacesSentence(schema: Pick<LookSchema, "colourSpace" | "outputSpace">): string {
  const { reads, writes } = spacesOfLook(schema);
  return reads === writes ? reads.title : `${reads.title}, to ${writes.title}`;
}
