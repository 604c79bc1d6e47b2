import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { saveFile } from "../../files/index.js";
import type { FileRef } from "../../protocol/index.js";
import { session } from "../../services/index.js";
import { lookAskOf } from "../../state/index.js";
import { lookTexts as texts } from "../../texts/index.js";
import { applyTo } from "./applying.js";
import { cancel, failures, message, progress, renamed, results, unsaved } from "./outcome.js";
import { canUseFolder, saveAll, saveIntoFolder } from "./saving.js";

const photos = signal<readonly FileRef[]>([]);
/** At 0.92 a JPEG of a photo is a few codes off, and half the size of one at 1. */
const quality = signal(0.92);

export function View(): JSX.Element {
  const look = lookAskOf(session.state.value);
  if (look === undefined) return <p>{texts.apply.nothing}</p>;
  const isBusy = progress.value !== undefined;
  return (
    <div class="apply">
      <p>{texts.apply.lead}</p>
      <div class="buttons">
        <label class="button">
          {texts.apply.pick}
          <input
            class="visually-hidden"
            type="file"
            accept="image/*"
            multiple
            disabled={isBusy}
            onChange={(event) => take(event.currentTarget.files)}
          />
        </label>
        <button
          type="button"
          class="main"
          disabled={isBusy || photos.value.length === 0}
          onClick={() => void applyTo(photos.value, look, quality.value)}
        >
          {texts.apply.start(photos.value.length)}
        </button>
        {isBusy && (
          <button type="button" onClick={cancel}>
            {texts.apply.cancel}
          </button>
        )}
      </div>
      <label class="slider">
        <span>{texts.apply.quality}</span>
        <input
          type="range"
          min="0.5"
          max="1"
          step="0.01"
          value={quality.value}
          onInput={(event) => {
            quality.value = event.currentTarget.valueAsNumber;
          }}
        />
        <output>{Math.round(100 * quality.value)}</output>
      </label>
      {progress.value !== undefined && (
        <progress aria-label={texts.apply.progress} max={progress.value.all} value={progress.value.done} />
      )}
      <p role="status">
        {progress.value === undefined ? message : texts.apply.done(progress.value.done, progress.value.all)}
      </p>
      <Sentences title={texts.apply.failures} all={failures.value} />
      <Results isBusy={isBusy} />
      <Sentences title={texts.apply.unsaved} all={unsaved.value} />
      <Sentences title={texts.apply.renamedList} all={renamed.value} class="hint" />
    </div>
  );
}

function take(files: FileList | null): void {
  photos.value = Array.from(files ?? [], (file) => ({
    ...{ key: `${file.name} ${file.size} ${file.lastModified}`, name: file.name, blob: file },
  }));
}

function Sentences({
  title,
  all,
  class: name = "faults",
}: {
  readonly title: string;
  readonly all: readonly string[];
  readonly class?: string;
}): JSX.Element | null {
  if (all.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class={name}>
        {all.map((one, nth) => (
          // Two of them may be the same.
          <li key={nth}>{one}</li>
        ))}
      </ul>
    </>
  );
}

function Results({ isBusy }: { readonly isBusy: boolean }): JSX.Element | null {
  if (results.value.length === 0) return null;
  return (
    <>
      <h3>{texts.apply.results}</h3>
      <div class="buttons">
        <button type="button" disabled={isBusy} onClick={() => void saveAll()}>
          {texts.apply.saveAll}
        </button>
        {canUseFolder && (
          <button type="button" disabled={isBusy} onClick={() => void saveIntoFolder()}>
            {texts.apply.intoFolder}
          </button>
        )}
      </div>
      <ul class="sources">
        {results.value.map((file) => (
          <li key={file.name}>
            <span>
              {file.name}
              {file.notes.map((note) => (
                <small key={note}> {note}</small>
              ))}
            </span>
            <button type="button" onClick={() => saveFile(file)}>
              {texts.apply.save(file.name)}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
