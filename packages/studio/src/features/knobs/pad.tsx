import type { JSX } from "preact";
import type { Style } from "synthconv/look";
import { session } from "../../services/index.js";
import { MAX_CORNERS, type Pad, padOf, sharesOf } from "../../state/index.js";
import { lookTexts } from "../../texts/index.js";

const texts = lookTexts.pad;

/** A square that is touched or moved by keys, whose corners are styles of the look. */
export function StylePad({ styles }: { readonly styles: readonly Style[] }): JSX.Element {
  const names = styles.map(({ name }) => name);
  const pad = knownPad(session.state.value.pad, names);
  const { corners, x, y } = pad;
  const isSquare = corners.length > 2;
  return (
    <fieldset class="pad">
      <legend>{texts.title}</legend>
      {names.length > MAX_CORNERS && <Corners pad={pad} names={names} />}
      {isSquare && <Square pad={pad} />}
      <Along
        label={isSquare ? texts.across : texts.between(corners[0] as string, corners[1] as string)}
        value={x}
        onChange={(value) => put({ ...pad, x: value }, "pad.x")}
      />
      {isSquare && (
        <Along label={texts.down} value={y} onChange={(value) => put({ ...pad, y: value }, "pad.y")} />
      )}
      <output>{texts.shares(sharesOf(pad))}</output>
    </fieldset>
  );
}

/** That of the session, unless it is of styles that this look does not have. */
function knownPad(pad: Pad | undefined, names: readonly string[]): Pad {
  return pad?.corners.every((name) => names.includes(name)) ? pad : padOf(names);
}

/** @param kind of change: what is dragged is undone as one. */
function put(pad: Pad, kind?: string): void {
  session.change({ pad }, kind);
}

/** Which styles the corners are. */
function Corners({ pad, names }: { readonly pad: Pad; readonly names: readonly string[] }): JSX.Element {
  return (
    <div class="corners">
      {pad.corners.map((corner, at) => (
        <label key={texts.corners[at]}>
          {texts.corners[at]}
          <select
            value={corner}
            onChange={(event) => {
              const name = event.currentTarget.value;
              put({ ...pad, corners: pad.corners.map((one, nth) => (nth === at ? name : one)) });
            }}
          >
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}

/** For pointers; keys have the sliders below. */
function Square({ pad }: { readonly pad: Pad }): JSX.Element {
  const move = (event: PointerEvent): void => {
    const square = event.currentTarget as HTMLElement;
    const { left, top, width, height } = square.getBoundingClientRect();
    const [x, y] = [(event.clientX - left) / width, (event.clientY - top) / height];
    put({ ...pad, x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) }, "pad.square");
  };
  return (
    <div
      class="square"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event);
      }}
    >
      <span class="point" style={{ left: `${100 * pad.x}%`, top: `${100 * pad.y}%` }} />
      {pad.corners.map((name, at) => (
        <span key={`${at} ${name}`} class={`corner corner-${at}`}>
          {name}
        </span>
      ))}
    </div>
  );
}

function Along({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}): JSX.Element {
  return (
    <label class="along">
      <span>{label}</span>
      <input
        type="range"
        min="0"
        max="1"
        step="0.01"
        value={value}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
