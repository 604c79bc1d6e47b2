import type { JSX } from "preact";
import type { Ridge } from "../../state/index.js";
import { texts } from "../../texts/index.js";
import { Ridgeline } from "./ridgeline.js";
import { knobs, ridges, settings, styles } from "./shown.js";

/** The network drawn in the order in which numbers run through it, each part with its histograms over the steps. */
export function Network(): JSX.Element | null {
  const { broken } = settings.value;
  if (ridges.value.length === 0) return null;
  // Biases move as the weights of their layer do; the drawing has place for one of the two.
  const weights = ridges.value.filter(({ name }) => name.endsWith("weight"));
  const writing = weights.filter(({ name }) => name.startsWith("generator."));
  const applied = weights.filter(({ name }) => !name.startsWith("generator."));
  const shown = broken ? applied.filter(({ role }) => role === "trained") : applied;
  const { network } = texts.learn;
  return (
    <section class="network" aria-labelledby="network-title">
      <h3 id="network-title">{network.title}</h3>
      <p class="hint">{network.hint}</p>
      <div class="flow">
        <Stage title={network.condition} text={network.conditionHint}>
          <ul class="knobs">
            {knobs.value.map(({ name, minimum, maximum }) => (
              <li key={name}>{network.knob(name, minimum, maximum)}</li>
            ))}
            {styles.value !== "" && <li>{network.styles(styles.value)}</li>}
          </ul>
        </Stage>
        <Stage title={network.generator} text={network.generatorHint} ridges={writing} />
        <Stage
          title={network.convolutions}
          text={broken ? network.cutHint : network.convolutionsHint}
          ridges={shown}
          isCut={broken}
        />
      </div>
    </section>
  );
}

interface StageProps {
  readonly title: string;
  readonly text: string;
  readonly ridges?: readonly Ridge[];
  /** The gradient does not come back from here to the stage before. */
  readonly isCut?: boolean;
  readonly children?: JSX.Element;
}

function Stage({ title, text, ridges = [], isCut = false, children }: StageProps): JSX.Element {
  return (
    <section class={isCut ? "stage cut" : "stage"}>
      <h4>{title}</h4>
      <p class="hint">{text}</p>
      {children}
      {ridges.map((ridge) => (
        <Ridgeline key={ridge.name} ridge={ridge} />
      ))}
    </section>
  );
}
