import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { keeper, session, training } from "../services/index.js";
import { texts } from "../texts/index.js";

/** The look's name, undo and redo, a new session. */
export function SessionBar(): JSX.Element {
  useEffect(listenForKeys, []);
  return (
    <div class="session">
      <input
        type="text"
        aria-label={texts.session.name}
        value={session.state.value.name}
        maxLength={80}
        onInput={(event) => session.change({ name: event.currentTarget.value }, "name")}
      />
      <button type="button" disabled={!session.canUndo.value} onClick={() => travel("undo")}>
        {texts.session.undo}
      </button>
      <button type="button" disabled={!session.canRedo.value} onClick={() => travel("redo")}>
        {texts.session.redo}
      </button>
      <button type="button" onClick={() => void startNew()}>
        {texts.session.startNew}
      </button>
    </div>
  );
}

function travel(direction: "undo" | "redo"): void {
  training.drop();
  session[direction]();
}

async function startNew(): Promise<void> {
  training.drop();
  await keeper.startNew();
}

/** Ctrl-Z and Ctrl-Shift-Z, or Ctrl-Y; text fields keep their own. @returns what ends it. */
function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || isText(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) travel("undo");
    else if ((key === "z" && event.shiftKey) || key === "y") travel("redo");
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && ["text", "number", "search"].includes(target.type);
}
