import type { JSX } from "preact";
import { texts } from "../../texts/index.js";
import { Controls } from "./controls.js";
import { HowItLearns } from "./how-it-learns.js";
import { LossChart } from "./loss-chart.js";
import { Network } from "./network.js";
import { Numbers } from "./numbers.js";
import { Photo } from "./photo.js";
import { fault, hasLook, hasSources } from "./shown.js";
import { Verdict } from "./verdict.js";

/** The photo under the look as it stands, how well it is learned, and what moves inside. */
export function View(): JSX.Element {
  if (!hasSources.value && !hasLook.value) {
    return (
      <>
        <p>{texts.learn.nothing}</p>
        <HowItLearns />
      </>
    );
  }
  return (
    <div class="learn">
      <Photo />
      <div class="figures">
        <Controls />
        {fault.value !== undefined && (
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
