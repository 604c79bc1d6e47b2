import type { JSX } from "preact";
import { texts } from "../../texts/index.js";
import { diagnosis } from "./shown.js";

/** "Does every part learn?", answered by the doctor's rules. */
export function Verdict(): JSX.Element | null {
  if (diagnosis.value === undefined) return null;
  const { verdict, state, findings } = diagnosis.value;
  return (
    <section class={`verdict ${state}`} aria-labelledby="verdict-title">
      <h3 id="verdict-title">{texts.learn.question}</h3>
      <p>
        <strong>{state === "well" ? texts.learn.yes : texts.learn.no}</strong> {verdict}
      </p>
      {findings.map(({ fault, parameters, cause, repair }) => (
        <details key={`${fault} ${parameters[0] ?? ""}`} open={state === "ill"}>
          <summary>{texts.learn.why}</summary>
          <p>{cause}</p>
          {repair !== undefined && <p>{repair}</p>}
        </details>
      ))}
    </section>
  );
}
