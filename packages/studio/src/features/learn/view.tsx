import type { JSX } from "preact";
import { session } from "../../services/index.js";
import { texts } from "../../texts/index.js";
import { Controls } from "./controls.js";
import { HowItLearns } from "./how-it-learns.js";
import { LossChart } from "./loss-chart.js";
import { Network } from "./network.js";
import { Numbers } from "./numbers.js";
import { Photo } from "./photo.js";
import { Verdict } from "./verdict.js";

/** The photo under the look as it stands, how well it is learned, and what moves inside. */
export function View(): JSX.Element {
  const { sources, look } = session.state.value;
  if (sources.length === 0 && look === undefined) {
    return (
      <>
        <p>{texts.learn.nothing}</p>
        <HowItLearns />
      </>
    );
  }
  const { fault } = session.learned.value;
  return (
    <div class="learn">
      <Photo />
      <div class="figures">
        <Controls />
        {fault !== undefined && (
          <p role="alert" class="faults">
            {fault}
          </p>
        )}
        <Numbers />
        <LossChart />
        <Verdict />
        <HowItLearns />
      </div>
      <Network />
    </div>
  );
}
