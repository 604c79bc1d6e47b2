import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { LookAsk } from "../../protocol/index.js";
import { session } from "../../services/index.js";
import { lookAskOf } from "../../state/index.js";
import { lookTexts as texts } from "../../texts/index.js";
import {
  copy,
  fault,
  link,
  linkFault,
  makeLink,
  measure,
  message,
  openLink,
  save,
  targets,
  whole,
} from "./taking.js";
import { commandFor, programFor } from "./wording.js";

/** How long the look rests before tables are measured, milliseconds: they take half a second of the worker. */
const REST = 800;

export function View(): JSX.Element {
  useEffect(() => {
    const open = (): void => void openLink();
    open();
    addEventListener("hashchange", open);
    return () => removeEventListener("hashchange", open);
  }, []);
  const state = session.state.value;
  const { look: bytes, values, strength, pad, name } = state;
  const look = lookAskOf(state);
  const { phase } = session.learned.value;
  const place = useRef<HTMLDivElement>(null);
  const isSeen = useSeen(place);
  const isMoving = phase === "learning" || phase === "preparing";
  useEffect(() => {
    if (look === undefined || isMoving || !isSeen) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      void makeLink(look, whole.value, stop.signal);
      void measure(look, name, stop.signal);
    }, REST);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [bytes, values, strength, pad, isMoving, isSeen]);
  return (
    <div class="take" ref={place}>
      {[fault, linkFault].map(
        ({ value }) =>
          value !== "" && (
            <p key={value} role="alert" class="faults">
              {value}
            </p>
          ),
      )}
      <p role="status">{message}</p>
      {look === undefined ? <p>{texts.take.nothing}</p> : <Ways look={look} name={name} />}
    </div>
  );
}

/** Whether it is on the screen: what nobody sees need not be measured. */
function useSeen(ref: { readonly current: HTMLElement | null }): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (ref.current === null) return;
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting === true));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return isSeen;
}

function Ways({ look, name }: { readonly look: LookAsk; readonly name: string }): JSX.Element {
  const file = `${name || "look"}.safetensors`;
  return (
    <>
      <Link look={look} />
      <p class="hint">{texts.take.asSet}</p>
      <div class="scrolled">
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.take.format}</th>
              <th scope="col">{texts.take.error}</th>
              <th scope="col">{texts.take.saveShort}</th>
            </tr>
          </thead>
          <tbody>
            {targets.value.map(({ id, title, error }) => (
              <tr key={id}>
                <th scope="row">{title}</th>
                <td>{error === null ? texts.take.exact : texts.take.errorOf(error.mean, error.max)}</td>
                <td>
                  <button
                    type="button"
                    aria-label={texts.take.save(title)}
                    onClick={() => void save(look, name, id)}
                  >
                    {texts.take.saveShort}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {targets.value.length === 0 && <p>{texts.take.measuring}</p>}
      <Copied title={texts.take.command} action={texts.take.copyCommand} text={commandFor(file, look)} />
      <Copied title={texts.take.program} action={texts.take.copyProgram} text={programFor(file, look)} />
    </>
  );
}

function Link({ look }: { readonly look: LookAsk }): JSX.Element {
  const made = link.value;
  const choose = (isWhole: boolean) => () => {
    whole.value = isWhole;
    void makeLink(look, isWhole);
  };
  return (
    <>
      <h3>{texts.take.link}</h3>
      <p class="hint">{texts.take.linkHint}</p>
      <fieldset class="switches">
        <legend class="visually-hidden">{texts.take.link}</legend>
        <label>
          <input type="radio" name="link-whole" checked={!whole.value} onChange={choose(false)} />
          {texts.take.linkSet}
        </label>
        <label>
          <input type="radio" name="link-whole" checked={whole.value} onChange={choose(true)} />
          {texts.take.linkWhole}
        </label>
      </fieldset>
      {made !== undefined && (
        <>
          <div class="copied">
            <input type="text" readOnly aria-label={texts.take.link} value={made.text} />
            <button type="button" onClick={() => void copy(made.text)}>
              {texts.take.copyLink}
            </button>
          </div>
          <p>{texts.take.linkFigures(made.text.length, made.deltaE.mean)}</p>
        </>
      )}
    </>
  );
}

function Copied({
  title,
  action,
  text,
}: {
  readonly title: string;
  readonly action: string;
  readonly text: string;
}): JSX.Element {
  return (
    <details>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <pre tabIndex={0}>{text}</pre>
      <button type="button" onClick={() => void copy(text)}>
        {action}
      </button>
    </details>
  );
}
