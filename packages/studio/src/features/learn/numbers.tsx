import type { JSX } from "preact";
import { session, training } from "../../services/index.js";
import { texts } from "../../texts/index.js";

/** How far it is, and how well it is learned on colours that training never sees. */
export function Numbers(): JSX.Element {
  const { step, charts, error, phase } = session.learned.value;
  const { settings } = session.state.value;
  const progress = training.progress.value;
  const measured = charts.measured.at(-1);
  const psnr = error === undefined ? measured?.psnr : error.psnr;
  const deltaE = error?.deltaE2000.mean ?? measured?.deltaE;
  const { learn } = texts;
  return (
    <>
      <p role="status">{learn.phases[phase]}</p>
      <progress aria-label={learn.progress} max={settings.steps} value={step} />
      <dl class="numbers">
        <Entry name={learn.step} value={learn.ofSteps(step, settings.steps)} />
        <Entry
          name={learn.timeLeft}
          value={phase === "learning" && progress ? learn.seconds(progress.timeLeft) : "–"}
        />
        <Entry name={learn.loss} value={charts.losses.at(-1)?.loss.toExponential(2) ?? "–"} />
        <Entry name={learn.psnr} value={psnr === undefined ? "–" : learn.decibels(psnr)} />
        <Entry name={learn.deltaE} value={deltaE?.toFixed(2) ?? "–"} />
      </dl>
    </>
  );
}

function Entry({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
