/** Where the run of a loss writes a parameter. */
import type { Parameter } from "../autograd/parameter.js";
import type { CaseFile } from "./case-file.js";
import type { Place } from "./diagnosis.js";
import { lastWriterOf } from "./last-writer.js";
import { placeOf } from "./place.js";
import { readsOf } from "./reads.js";

/** The line that writes a parameter in the run of the loss. */
export function placeOfWritten(
  { name, parameter }: { readonly name: string; readonly parameter: Parameter },
  file: CaseFile,
): Place | undefined {
  return placeOf(file.writeSites.get(name)) ?? placeOfWrite(parameter, file);
}

/** The last line that took the array of a parameter, in a run in which it was written. */
function placeOfWrite(parameter: Parameter, { subject }: CaseFile): ReturnType<typeof placeOf> {
  const own = readsOf(subject, [parameter]).filter(({ tensor }) => tensor === parameter);
  return own.at(-1)?.place ?? placeOf(lastWriterOf(parameter, subject));
}
