import type { JSX } from "preact";
import { session, training } from "../../services/index.js";
import { texts } from "../../texts/index.js";

/** Learn, pause, go on, stop, start again; and the switch that cuts the graph. */
export function Controls(): JSX.Element {
  const { phase } = session.learned.value;
  const { settings, sources } = session.state.value;
  const isRunning = phase === "learning" || phase === "preparing";
  const { learn } = texts;
  if (sources.length === 0) return <p class="hint">{learn.noSources}</p>;
  return (
    <>
      <div class="buttons">
        {phase === "idle" && <Button label={learn.begin} isMain onClick={() => training.start()} />}
        {isRunning && <Button label={learn.pause} isMain onClick={() => training.pause()} />}
        {phase === "paused" && <Button label={learn.goOn} isMain onClick={() => training.goOn()} />}
        {(isRunning || phase === "paused") && <Button label={learn.stop} onClick={() => training.stop()} />}
        {phase !== "idle" && <Button label={learn.again} onClick={() => training.start()} />}
      </div>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={settings.broken}
          aria-checked={settings.broken}
          onChange={(event) => {
            session.change({ settings: { ...settings, broken: event.currentTarget.checked } });
            void training.start();
          }}
        />
        {learn.breakIt}
      </label>
      <p class="hint">{settings.broken ? learn.broken : learn.breakHint}</p>
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
