import type { JSX } from "preact";
import { session } from "../../services/index.js";
import { texts } from "../../texts/index.js";

/** "Does every part learn?", answered by the doctor's rules. */
export function Verdict(): JSX.Element | null {
  const { diagnosis } = session.learned.value;
  if (diagnosis === undefined) return null;
  const { verdict, state, findings } = diagnosis;
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
