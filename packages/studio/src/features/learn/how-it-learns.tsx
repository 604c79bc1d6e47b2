import type { JSX } from "preact";
import type { TrainSettings } from "../../protocol/index.js";
import { session } from "../../services/index.js";
import { texts } from "../../texts/index.js";
import { settings } from "./shown.js";

/** The settings of the next training. */
export function HowItLearns(): JSX.Element {
  const { how } = texts.learn;
  const { steps, channels, seed, backend, generator } = settings.value;
  const [width = 0] = generator;
  return (
    <details class="how">
      <summary>{how.title}</summary>
      <p class="hint">{how.hint}</p>
      <Whole label={how.steps} value={steps} least={1} most={100_000} set={(steps) => put({ steps })} />
      <Whole
        label={how.channels}
        value={channels}
        least={1}
        most={256}
        set={(channels) => put({ channels })}
      />
      <Whole
        label={how.generator}
        value={width}
        least={1}
        most={256}
        set={(one) => put({ generator: [one, one] })}
      />
      <Whole label={how.seed} value={seed} least={0} most={2 ** 31} set={(seed) => put({ seed })} />
      <label class="switch">
        <input
          type="checkbox"
          checked={backend === "plain"}
          onChange={(event) => put({ backend: event.currentTarget.checked ? "plain" : "fastest" })}
        />
        {how.plain}
      </label>
    </details>
  );
}

interface WholeProps {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly set: (value: number) => void;
}

/** A whole number; what is none, or lies outside, leaves the one that was. */
function Whole({ label, value, least, most, set }: WholeProps): JSX.Element {
  return (
    <label class="field">
      {label}
      <input
        type="number"
        {...{ value, min: least, max: most, step: 1 }}
        onChange={(event) => {
          const next = event.currentTarget.valueAsNumber;
          if (Number.isInteger(next) && next >= least && next <= most) set(next);
          else event.currentTarget.value = String(value);
        }}
      />
    </label>
  );
}

function put(patch: Partial<TrainSettings>): void {
  session.change({ settings: { ...settings.value, ...patch } });
}
