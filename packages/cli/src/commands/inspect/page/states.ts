/** The states of a look that its page shows: one knob after the other turned, each style alone. */
import type { Look, Settings } from "synthconv/look";

export interface LookState {
  readonly title: string;
  readonly settings: Settings;
  readonly style: string | undefined;
}

/** Settings of a knob, from its minimum to its maximum. */
const SETTINGS = 5;
/** A page of more is none that anybody reads. */
const MOST_STATES = 64;

export function statesOf({ schema: { condition, styles = [] } }: Look): LookState[] {
  const first: LookState = { title: "as it is", settings: {}, style: undefined };
  const ofStyles = styles.map(({ name }) => ({ title: name, settings: {}, style: name }));
  const ofKnobs = condition.flatMap(({ name, minimum, maximum }) =>
    Array.from({ length: SETTINGS }, (_, nth) => {
      const value = minimum + ((maximum - minimum) * nth) / (SETTINGS - 1);
      return {
        title: `${name} ${Number(value.toPrecision(3))}`,
        settings: { [name]: value },
        style: undefined,
      };
    }),
  );
  return [...(ofStyles.length === 0 ? [first] : ofStyles), ...ofKnobs].slice(0, MOST_STATES);
}
