import type { JSX } from "preact";
import { editOf, type Source, stylesOf } from "../../protocol/index.js";
import { session } from "../../services/index.js";
import { texts } from "../../texts/index.js";

/** What the look is learned from: pairs can be turned around and taken away. */
export function Sources(): JSX.Element | null {
  const { sources, knobs } = session.state.value;
  if (sources.length === 0) return null;
  const styles = stylesOf(sources, knobs);
  return (
    <>
      <ul class="sources" aria-label={texts.start.sources}>
        {sources.map((source) => (
          <li key={source.id}>
            <span>{labelOf(source)}</span>
            {source.kind === "pair" && (
              <button
                type="button"
                aria-label={texts.start.swapNamed(labelOf(source))}
                onClick={() => put(source, { ...source, before: source.after, after: source.before })}
              >
                {texts.start.swap}
              </button>
            )}
            <button
              type="button"
              onClick={() => put(source)}
              aria-label={texts.start.remove(labelOf(source))}
            >
              {texts.start.removeShort}
            </button>
          </li>
        ))}
      </ul>
      {styles !== undefined && <p class="hint">{texts.start.styles([...new Set(styles)])}</p>}
    </>
  );
}

function labelOf(source: Source): string {
  if (source.kind !== "pair") return editOf(source).name;
  return texts.start.pair(source.before.name, source.after.name);
}

/** Another one in its place, or none. */
function put(source: Source, other?: Source): void {
  const { sources } = session.state.value;
  session.change({
    sources: sources.flatMap((one) => (one.id !== source.id ? [one] : other === undefined ? [] : [other])),
  });
}
