import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { PairCheck } from "../../protocol/index.js";
import { session } from "../../services/index.js";
import { checkTexts as texts } from "../../texts/index.js";
import { PictureCanvas } from "../picture-canvas.js";
import { type Checkable, checkablesOf, checked, follow, keyOf } from "./checked.js";
import { chartSentences, sentencesOf } from "./wording.js";

/** Of the map, as the worker draws it. */
const MAP_TOP = 20;

/** Of what is not colour. */
const KINDS = ["local", "smooth", "fine"] as const;

/** Every pair and chart: how it lies, what of its edit is not colour, and where. */
export function View(): JSX.Element {
  useEffect(follow, []);
  const sources = checkablesOf(session.state.value.sources);
  if (sources.length === 0) return <p>{texts.nothing}</p>;
  return (
    <div class="checks">
      {sources.map((source) => (
        <Checked key={keyOf(source)} source={source} />
      ))}
    </div>
  );
}

function Checked({ source }: { readonly source: Checkable }): JSX.Element {
  const found = checked.value.get(keyOf(source));
  const label =
    source.kind === "chart" ? source.photo.name : texts.pair(source.before.name, source.after.name);
  return (
    <article class="check" aria-label={label}>
      <h3>{label}</h3>
      {found === undefined && (
        <p role="status" class="hint">
          {texts.checking}
        </p>
      )}
      {found !== undefined && "fault" in found && (
        <p role="alert" class="faults">
          {found.fault}
        </p>
      )}
      {found !== undefined && "pair" in found && <Found label={label} check={found.pair} />}
      {found !== undefined &&
        "chart" in found &&
        chartSentences(found.chart).map((sentence) => <p key={sentence}>{sentence}</p>)}
    </article>
  );
}

function Found({ label, check }: { readonly label: string; readonly check: PairCheck }): JSX.Element {
  const isShown = useSignal(true);
  const { record, shares, photo, map } = check;
  return (
    <div class="found">
      <figure>
        <div class="map" role="img" aria-label={texts.map(label)}>
          <PictureCanvas picture={photo} />
          {isShown.value && <PictureCanvas picture={map} class="layer" />}
        </div>
        <figcaption>
          <label>
            <input
              type="checkbox"
              checked={isShown.value}
              onChange={(event) => {
                isShown.value = event.currentTarget.checked;
              }}
            />
            {texts.showMap}
          </label>
          <p class="hint">{texts.scaleOfMap(MAP_TOP)}</p>
        </figcaption>
      </figure>
      <div>
        {sentencesOf(check.findings).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <dl class="numbers" aria-label={texts.figures}>
          <div>
            <dt>{texts.all}</dt>
            <dd>{texts.share(record.unexplained)}</dd>
          </div>
          {KINDS.map((kind) => (
            <div key={kind}>
              <dt>{texts.kinds[kind]}</dt>
              <dd>{texts.share(shares[kind])}</dd>
            </div>
          ))}
          {record.masked > 0 && (
            <>
              <div>
                <dt>{texts.leftOut}</dt>
                <dd>{texts.share(record.masked)}</dd>
              </div>
              <div>
                <dt>{texts.outside}</dt>
                <dd>{texts.share(record.unexplainedOutside)}</dd>
              </div>
            </>
          )}
        </dl>
      </div>
    </div>
  );
}
