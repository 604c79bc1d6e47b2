import type { JSX } from "preact";
import type { Knob } from "synthconv/look";
import { editOf, type Source } from "../../protocol/index.js";
import { session, training } from "../../services/index.js";
import { lookTexts as texts } from "../../texts/index.js";
import { knobFaults } from "./knob-faults.js";

const RANGE = ["minimum", "maximum", "default"] as const;

/** Names knobs, says at which setting each pair was edited, and learns again. */
export function Teach(): JSX.Element {
  const { knobs, sources } = session.state.value;
  const faults = knobFaults(knobs);
  return (
    <details class="teach">
      <summary>{texts.knobs.teach}</summary>
      <p class="hint">{texts.knobs.teachHint}</p>
      {knobs.map((knob, at) => (
        // Its name changes while it is typed.
        <KnobFields key={at} knob={knob} at={at} />
      ))}
      <button type="button" onClick={addKnob}>
        {texts.knobs.add}
      </button>
      {knobs.length > 0 &&
        sources.map((source) => <Settings key={source.id} source={source} knobs={knobs} />)}
      {faults.length > 0 && (
        <ul class="faults" role="alert">
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
      <button type="button" class="main" disabled={faults.length > 0} onClick={() => void training.start()}>
        {texts.knobs.learn}
      </button>
    </details>
  );
}

function KnobFields({ knob, at }: { readonly knob: Knob; readonly at: number }): JSX.Element {
  return (
    <fieldset class="knob-fields">
      <legend>{knob.name}</legend>
      <input
        type="text"
        aria-label={texts.knobs.name(at + 1)}
        value={knob.name}
        onInput={(event) => renameKnob(at, event.currentTarget.value)}
      />
      {RANGE.map((field) => (
        <label key={field}>
          {texts.knobs[field]}
          <input
            type="number"
            step="any"
            value={knob[field]}
            onInput={(event) => changeKnob(at, { [field]: event.currentTarget.valueAsNumber })}
          />
        </label>
      ))}
      <button type="button" onClick={() => removeKnob(at)}>
        {texts.knobs.remove(knob.name)}
      </button>
    </fieldset>
  );
}

function Settings({
  source,
  knobs,
}: {
  readonly source: Source;
  readonly knobs: readonly Knob[];
}): JSX.Element {
  const title = editOf(source).name;
  return (
    <div class="settings">
      <span>{title}</span>
      {knobs.map(({ name, default: usual }) => (
        <label key={name}>
          {name}
          <input
            type="number"
            step="any"
            aria-label={texts.knobs.setting(name, title)}
            value={source.settings[name] ?? usual}
            onInput={(event) => setOf(source, name, event.currentTarget.valueAsNumber)}
          />
        </label>
      ))}
    </div>
  );
}

function setOf(source: Source, name: string, value: number): void {
  if (!Number.isFinite(value)) return;
  const { sources } = session.state.value;
  session.change(
    {
      sources: sources.map((one) =>
        one.id === source.id ? { ...one, settings: { ...one.settings, [name]: value } } : one,
      ),
    },
    `setting.${source.id}.${name}`,
  );
}

function changeKnob(at: number, patch: Partial<Knob>): void {
  if (Object.values(patch).some((value) => typeof value === "number" && !Number.isFinite(value))) return;
  const { knobs } = session.state.value;
  session.change(
    { knobs: knobs.map((knob, nth) => (nth === at ? { ...knob, ...patch } : knob)) },
    `knob.${at}`,
  );
}

/** The settings of the pairs go with it. */
function renameKnob(at: number, name: string): void {
  const { knobs, sources } = session.state.value;
  const before = knobs[at]?.name ?? "";
  const renamed = sources.map((source) => {
    const { [before]: value, ...rest } = source.settings;
    return value === undefined ? source : { ...source, settings: { ...rest, [name]: value } };
  });
  session.change(
    { knobs: knobs.map((knob, nth) => (nth === at ? { ...knob, name } : knob)), sources: renamed },
    `knob.${at}`,
  );
}

function addKnob(): void {
  const { knobs } = session.state.value;
  let nth = knobs.length + 1;
  while (knobs.some(({ name }) => name === `knob${nth}`)) nth++;
  session.change({ knobs: [...knobs, { name: `knob${nth}`, minimum: 0, maximum: 1, default: 0 }] });
}

function removeKnob(at: number): void {
  session.change({ knobs: session.state.value.knobs.filter((_, nth) => nth !== at) });
}
