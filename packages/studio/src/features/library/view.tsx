import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { session } from "../../services/index.js";
import { type KeptLook, MAX_CORNERS } from "../../state/index.js";
import { texts } from "../../texts/index.js";
import {
  blendLooks,
  bringBack,
  choose,
  chosen,
  deleted,
  deleteLook,
  duplicateLook,
  fault,
  keepLook,
  looks,
  openLook,
  readLooks,
  renameLook,
} from "./looks.js";

/** Looks put aside: opened, renamed, duplicated, deleted and brought back. */
export function View(): JSX.Element {
  useEffect(() => void readLooks(), []);
  const { library } = texts;
  return (
    <>
      <p class="lead">{library.lead}</p>
      <button type="button" disabled={session.state.value.look === undefined} onClick={() => void keepLook()}>
        {library.keep}
      </button>
      {fault.value !== "" && (
        <p role="alert" class="faults">
          {fault}
        </p>
      )}
      {looks.value.length === 0 ? (
        <p class="hint">{library.empty}</p>
      ) : (
        <ul class="library" aria-label={library.list}>
          {looks.value.map((kept) => (
            <Row key={kept.id} kept={kept} />
          ))}
        </ul>
      )}
      {looks.value.length > 1 && <Blend />}
      <div role="status">
        {deleted.value !== undefined && (
          <p>
            {library.removed(deleted.value.name)}{" "}
            <button type="button" onClick={() => void bringBack()}>
              {library.bringBack}
            </button>
          </p>
        )}
      </div>
    </>
  );
}

/** Two to four looks become the corners of a pad. */
function Blend(): JSX.Element {
  const { library } = texts;
  const count = chosen.value.length;
  return (
    <p>
      <button type="button" disabled={count < 2 || count > MAX_CORNERS} onClick={() => void blendLooks()}>
        {library.blend}
      </button>{" "}
      <span class="hint">{library.blendHint(MAX_CORNERS)}</span>
    </p>
  );
}

function Row({ kept }: { kept: KeptLook }): JSX.Element {
  const { library } = texts;
  return (
    <li>
      <input
        type="text"
        value={kept.name}
        maxLength={80}
        aria-label={library.name(kept.name)}
        onChange={(event) => void renameLook(kept, event.currentTarget.value)}
      />
      <label>
        <input
          type="checkbox"
          aria-label={library.chooseNamed(kept.name)}
          checked={chosen.value.includes(kept.id)}
          onChange={(event) => choose(kept, event.currentTarget.checked)}
        />
        {library.choose}
      </label>
      <button type="button" aria-label={library.openNamed(kept.name)} onClick={() => void openLook(kept)}>
        {library.open}
      </button>
      <button
        type="button"
        aria-label={library.duplicateNamed(kept.name)}
        onClick={() => void duplicateLook(kept)}
      >
        {library.duplicate}
      </button>
      <button type="button" aria-label={library.removeNamed(kept.name)} onClick={() => void deleteLook(kept)}>
        {library.remove}
      </button>
    </li>
  );
}
