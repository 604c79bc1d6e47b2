import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Knob } from "synthconv/look";
import { session } from "../../services/index.js";
import { AS_IT_IS } from "../../state/index.js";
import { lookTexts as texts } from "../../texts/index.js";
import { controls, follow } from "./controls.js";
import { StylePad } from "./pad.js";
import { Teach } from "./teach.js";

/** The knobs of the look, and how much of it. */
export function View(): JSX.Element {
  useEffect(follow, []);
  const { look, values, strength, sources } = session.state.value;
  const { knobs, styles } = controls.value;
  return (
    <div class="knob-room">
      {look === undefined ? (
        <p>{texts.knobs.nothing}</p>
      ) : (
        <div class="sliders">
          {knobs.map((knob) => (
            <Slider
              key={knob.name}
              label={texts.knobs.value(knob.name)}
              knob={knob}
              value={values[knob.name] ?? knob.default}
              onChange={(value) =>
                session.change({ values: { ...values, [knob.name]: value } }, `values.${knob.name}`)
              }
            />
          ))}
          <Slider
            label={texts.knobs.strength}
            knob={{ minimum: 0, maximum: 1, default: 1 }}
            value={strength}
            onChange={(value) => session.change({ strength: value }, "strength")}
          />
          {styles.length > 1 && <StylePad styles={styles} />}
          <button type="button" onClick={() => session.change(AS_IT_IS)}>
            {texts.knobs.resetAll}
          </button>
        </div>
      )}
      {sources.length > 0 && <Teach />}
    </div>
  );
}

function Slider({
  label,
  knob: { minimum, maximum, default: usual },
  value,
  onChange,
}: {
  readonly label: string;
  readonly knob: Omit<Knob, "name">;
  readonly value: number;
  readonly onChange: (value: number) => void;
}): JSX.Element {
  const shown = Math.min(maximum, Math.max(minimum, value));
  return (
    <div class="slider">
      <label>
        <span>{label}</span>
        <input
          type="range"
          min={minimum}
          max={maximum}
          step={(maximum - minimum) / 200}
          value={shown}
          onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
        />
      </label>
      <output>{Number(shown.toPrecision(3))}</output>
      <button
        type="button"
        aria-label={texts.knobs.resetOne(label)}
        disabled={shown === usual}
        onClick={() => onChange(usual)}
      >
        {texts.knobs.reset}
      </button>
    </div>
  );
}
