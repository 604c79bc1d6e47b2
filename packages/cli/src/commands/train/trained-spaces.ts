/** In what a look is trained: the encodings of colours before and after. */
import type { FitOptions } from "synthconv/fit";
import type { ColourSpace } from "synthconv/look";
import { colourSpaceNamed } from "synthconv/look";
import { UsageError } from "../../frame/failure.js";
import type { PhotoColours } from "../../image/colour-plan.js";

export interface TrainedSpaces {
  readonly reads: ColourSpace;
  readonly writes: ColourSpace;
  /** Of photos that do not say what they are; undefined where nobody said it. */
  readonly input: ColourSpace | undefined;
  /** Of those after the edit. */
  readonly output: ColourSpace | undefined;
}

export interface NamedSpaces {
  readonly workingSpace?: ColourSpace | undefined;
  readonly inputSpace?: ColourSpace | undefined;
  readonly outputSpace?: ColourSpace | undefined;
}

/** Without a working space a look works in what its photos are, so that none of their codes is converted. */
export function trainedSpaces({ workingSpace, inputSpace, outputSpace }: NamedSpaces): TrainedSpaces {
  const reads = workingSpace ?? inputSpace ?? colourSpaceNamed("srgb");
  return {
    reads,
    writes: outputSpace ?? reads,
    input: inputSpace,
    output: outputSpace ?? inputSpace,
  };
}

/** How photos before and after are read. */
export function pairColours({
  reads,
  writes,
  input,
  output,
}: TrainedSpaces): readonly [PhotoColours, PhotoColours] {
  return [
    { reads, writes: reads, untagged: input },
    { reads: writes, writes, untagged: output },
  ];
}

/** As `fitLook` takes them. */
export function spaceOptions({
  reads,
  writes,
}: TrainedSpaces): Pick<FitOptions, "colourSpace" | "outputSpace"> {
  return { colourSpace: reads.name, outputSpace: writes.name };
}

/** @throws {UsageError} where a source says nothing that could be converted, or all of it in sRGB. */
export function checkLutSpaces({ reads, input }: TrainedSpaces): void {
  if (input === undefined || input === reads) return;
  throw new UsageError(
    `--input-space: expected ${reads.name}, the working space, beside a LUT, received ${input.name}: its numbers are not ` +
      "converted. Leave --working-space out",
  );
}

/** @throws {UsageError} for a chart in another space than sRGB. */
export function checkChartSpaces({ reads, writes }: TrainedSpaces): void {
  const other = [reads, writes].find(({ name }) => name !== "srgb");
  if (other === undefined) return;
  throw new UsageError(
    `a chart: expected srgb, which its colours are, received ${other.name}. Leave --working-space, --input-space and ` +
      "--output-space out",
  );
}
