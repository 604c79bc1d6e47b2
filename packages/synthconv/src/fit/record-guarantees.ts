/** The guarantees of a trained look, in its schema. */
import { type Look, measureGuarantees, synthesize } from "../look/index.js";
import { millionths } from "./measure.js";

/** At the defaults of its knobs, in its first style. */
export function withGuarantees(look: Look): Look {
  const { tint, fall, folded, clipped, step, ...whole } = measureGuarantees(synthesize(look));
  const guarantees = {
    ...{ tint: millionths(tint), fall: millionths(fall), ...whole },
    ...{ folded: millionths(folded), clipped: millionths(clipped), step: millionths(step) },
  };
  return { ...look, schema: { ...look.schema, guarantees } };
}
