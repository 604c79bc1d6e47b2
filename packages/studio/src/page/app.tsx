import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { features } from "../features/list.js";
import { keeper, worker } from "../services/index.js";
import { texts } from "../texts/index.js";
import { SessionBar } from "./session-bar.js";

const engine = signal("");

/**
 * Asked once the page stands: says how this browser calculates, and has the worker made ready for what takes time.
 *
 * @returns which build of the kernels it runs.
 */
export async function prepareEngine(): Promise<string> {
  const { backend } = await worker.ask("engine", {});
  engine.value = texts.engine(backend, undefined);
  // A person who begins does not wait for it; where the code cannot be fetched, the training says so.
  const prepared = await worker.ask("prepare", {}).catch(() => undefined);
  if (prepared !== undefined) engine.value = texts.engine(backend, prepared.threads);
  return backend;
}

export function App(): JSX.Element {
  return (
    <>
      <header>
        <h1>{texts.title}</h1>
        <nav aria-label={texts.session.parts}>
          {features.map(({ id, title }) => (
            <a key={id} href={`#${id}`}>
              {title}
            </a>
          ))}
        </nav>
        <SessionBar />
      </header>
      {keeper.notice.value !== "" && (
        <p role="alert" class="notice">
          {keeper.notice}
        </p>
      )}
      <main>
        {features.map(({ id, title, View }) => (
          <section key={id} id={id} aria-labelledby={`${id}-title`}>
            <h2 id={`${id}-title`}>{title}</h2>
            <View />
          </section>
        ))}
      </main>
      <footer>
        <p role="status">{engine}</p>
      </footer>
    </>
  );
}
