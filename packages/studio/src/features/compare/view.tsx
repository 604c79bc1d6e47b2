import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { lookTexts as texts } from "../../texts/index.js";
import { Histogram, Waveform } from "./charts.js";
import { drawnBy, holding, MODES, mode, OVERLAYS, overlay, split } from "./choices.js";
import { zoomBy } from "./gestures.js";
import { against, before, examination, fault, follow, look, photo, place } from "./seen.js";
import { Stage, sizeOf } from "./stage.js";
import { FITTED } from "./zoom.js";

/** Of the heat map, as the worker draws it. */
const HEAT_TOP = 10;

export function View(): JSX.Element {
  useEffect(follow, []);
  const shown = before.value;
  if (look.value === undefined) return <p>{texts.compare.nothing}</p>;
  return (
    <div class="compare">
      <div>
        <Stage />
        {mode.value === "split" && (
          <input
            type="range"
            class="split"
            min="0"
            max="100"
            step="0.5"
            aria-label={texts.compare.split}
            style={shown === undefined ? {} : { width: sizeOf(shown.part).width }}
            value={split.value}
            onInput={(event) => {
              split.value = event.currentTarget.valueAsNumber;
            }}
          />
        )}
        <Controls />
        {fault.value !== "" && (
          <p role="alert" class="faults">
            {fault}
          </p>
        )}
        <p class="hint" role="status">
          {drawnBy}
        </p>
        {photo.value?.notes.map((note) => (
          <p key={note} class="hint">
            {note}
          </p>
        ))}
      </div>
      <Figures />
    </div>
  );
}

function Controls(): JSX.Element {
  return (
    <div class="choices">
      <Choice
        name="compare-mode"
        title={texts.compare.mode}
        of={MODES}
        names={texts.compare.modes}
        chosen={mode}
      />
      {mode.value === "hold" && <Hold />}
      <Choice
        name="compare-overlay"
        title={texts.compare.overlay}
        of={OVERLAYS}
        names={texts.compare.overlays}
        chosen={overlay}
      />
      <fieldset>
        <legend>
          {texts.compare.zoom} {before.value !== undefined && texts.compare.percent(before.value.part.zoom)}
        </legend>
        <button type="button" aria-label={texts.compare.smaller} onClick={() => zoomBy(1 / 1.5)}>
          −
        </button>
        <button type="button" aria-label={texts.compare.larger} onClick={() => zoomBy(1.5)}>
          +
        </button>
        <button
          type="button"
          onClick={() => {
            place.value = FITTED;
          }}
        >
          {texts.compare.fit}
        </button>
        <button
          type="button"
          onClick={() => {
            place.value = { ...place.value, zoom: 1 };
          }}
        >
          {texts.compare.own}
        </button>
      </fieldset>
    </div>
  );
}

function Choice<Name extends string>({
  name,
  title,
  of,
  names,
  chosen,
}: {
  name: string;
  title: string;
  of: readonly Name[];
  names: Readonly<Record<Name, string>>;
  chosen: { value: Name };
}): JSX.Element {
  return (
    <fieldset>
      <legend>{title}</legend>
      {of.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name={name}
            checked={chosen.value === one}
            onChange={() => {
              chosen.value = one;
            }}
          />
          {names[one]}
        </label>
      ))}
    </fieldset>
  );
}

/** While it is held, by pointer or by a key. */
function Hold(): JSX.Element {
  const hold = (is: boolean) => () => {
    holding.value = is;
  };
  return (
    <button
      type="button"
      aria-pressed={holding.value}
      onPointerDown={hold(true)}
      onPointerUp={hold(false)}
      onPointerLeave={hold(false)}
      onKeyDown={hold(true)}
      onKeyUp={hold(false)}
      onBlur={hold(false)}
    >
      {texts.compare.hold}
    </button>
  );
}

function Figures(): JSX.Element {
  const seen = examination.value;
  return (
    <div class="figures">
      <h3>{texts.compare.figures}</h3>
      {seen !== undefined && (
        <>
          <dl class="numbers">
            <div>
              <dt>{texts.compare.against[against.value]}</dt>
              <dd>{texts.compare.meanMax(seen.deltaE.mean, seen.deltaE.max)}</dd>
            </div>
            <div>
              <dt>{texts.compare.clipped}</dt>
              <dd>{texts.compare.share(seen.clipped)}</dd>
            </div>
            {seen.unseen !== undefined && (
              <div>
                <dt>{texts.compare.unseen}</dt>
                <dd>{texts.compare.share(seen.unseen)}</dd>
              </div>
            )}
          </dl>
          <figure>
            <Histogram histogram={seen.histogram} />
            <figcaption>{texts.compare.histogram}</figcaption>
          </figure>
          <figure>
            <Waveform waveform={seen.waveform} />
            <figcaption>{texts.compare.waveform}</figcaption>
          </figure>
        </>
      )}
      {overlay.value === "heat" && (
        <p class="scale">
          <span class="heat" aria-hidden="true" />
          {texts.compare.heatScale(HEAT_TOP)}
        </p>
      )}
      {overlay.value === "marks" && <p class="hint">{texts.compare.marksScale}</p>}
    </div>
  );
}
