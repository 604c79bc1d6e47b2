import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { saveFile } from "../../files/index.js";
import { session, worker } from "../../services/index.js";
import { texts } from "../../texts/index.js";
import { addFiles, forgetNotes, looking, notes, refused } from "./add-files.js";
import { filesOfList, filesOfTransfer } from "./dropped-files.js";
import { Examples } from "./examples.js";
import { Sources } from "./sources.js";

/** Drop, paste or pick, three examples, and the list of what is learned from. */
export function View(): JSX.Element {
  const isOver = useSignal(false);
  useEffect(() => takeFilesOfPage(isOver), [isOver]);
  useEffect(forgetNotes, [session.id.value]);
  return (
    <>
      <p class="lead">{texts.start.lead}</p>
      <div class="start">
        <div class={isOver.value ? "drop over" : "drop"}>
          <p>{texts.start.drop}</p>
          <div class="buttons">
            <Pick label={texts.start.pick} />
            <Pick label={texts.start.pickFolder} isFolder />
          </div>
          <p class="hint">{texts.start.formats}</p>
          <p class="hint">
            {texts.start.chart}{" "}
            <button type="button" onClick={() => void saveChart()}>
              {texts.start.saveChart}
            </button>
          </p>
        </div>
        <Examples />
      </div>
      <p role="status" class="hint">
        {looking.value > 0 ? texts.start.looking(looking.value) : ""}
      </p>
      {notes.value.map((note) => (
        <p key={note} class="hint">
          {note}
        </p>
      ))}
      {refused.value.length > 0 && (
        <ul role="alert" class="faults">
          {refused.value.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      <Sources />
    </>
  );
}

async function saveChart(): Promise<void> {
  saveFile({ name: "chart.png", blob: await worker.ask("chart", {}) });
}

/** A button to the browser's own dialogue. */
function Pick({ label, isFolder = false }: { label: string; isFolder?: boolean }): JSX.Element {
  return (
    <label class="button">
      {label}
      <input
        type="file"
        multiple
        class="visually-hidden"
        // Preact writes unknown names as attributes, and this one has no type.
        {...(isFolder && { webkitdirectory: true })}
        onChange={(event) => {
          const input = event.currentTarget;
          if (input.files !== null) void addFiles(filesOfList(input.files));
          // So that the same files may be chosen again.
          input.value = "";
        }}
      />
    </label>
  );
}

/** Drops and pastes anywhere on the page. @returns what ends it. */
function takeFilesOfPage(isOver: { value: boolean }): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const holdsFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes("Files") ?? false;
  addEventListener(
    "dragover",
    (event) => {
      if (!holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      isOver.value = true;
    },
    { signal },
  );
  addEventListener(
    "dragleave",
    (event) => {
      if (event.relatedTarget === null) isOver.value = false;
    },
    { signal },
  );
  addEventListener(
    "drop",
    (event) => {
      isOver.value = false;
      if (event.dataTransfer === null || !holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      void filesOfTransfer(event.dataTransfer).then(addFiles);
    },
    { signal },
  );
  addEventListener(
    "paste",
    (event) => {
      if (event.clipboardData === null || event.clipboardData.files.length === 0) return;
      event.preventDefault();
      void filesOfTransfer(event.clipboardData).then(addFiles);
    },
    { signal },
  );
  return () => ending.abort();
}
