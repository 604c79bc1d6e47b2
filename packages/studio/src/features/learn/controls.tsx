import type { JSX } from "preact";
import { session, training } from "../../services/index.js";
import { texts } from "../../texts/index.js";
import { hasSources, phase, settings } from "./shown.js";

/** Learn, pause, go on, stop, start again; and the switch that cuts the graph. */
export function Controls(): JSX.Element {
  const now = phase.value;
  const isRunning = now === "learning" || now === "preparing";
  const { learn } = texts;
  if (!hasSources.value) return <p class="hint">{learn.noSources}</p>;
  return (
    <>
      <div class="buttons">
        {now === "idle" && <Button label={learn.begin} isMain onClick={() => training.start()} />}
        {isRunning && <Button label={learn.pause} isMain onClick={() => training.pause()} />}
        {now === "paused" && <Button label={learn.goOn} isMain onClick={() => training.goOn()} />}
        {(isRunning || now === "paused") && <Button label={learn.stop} onClick={() => training.stop()} />}
        {now !== "idle" && <Button label={learn.again} onClick={() => training.start()} />}
      </div>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={settings.value.broken}
          aria-checked={settings.value.broken}
          onChange={(event) => {
            session.change({ settings: { ...settings.value, broken: event.currentTarget.checked } });
            void training.start();
          }}
        />
        {learn.breakIt}
      </label>
      <p class="hint">{settings.value.broken ? learn.broken : learn.breakHint}</p>
    </>
  );
}

interface ButtonProps {
  readonly label: string;
  readonly isMain?: boolean;
  readonly onClick: () => Promise<void>;
}

function Button({ label, isMain = false, onClick }: ButtonProps): JSX.Element {
  return (
    <button type="button" class={isMain ? "main" : ""} onClick={() => void onClick()}>
      {label}
    </button>
  );
}
