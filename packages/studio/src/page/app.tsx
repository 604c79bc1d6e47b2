import { signal } from "@preact/signals";
import { features } from "../features/list.js";
import { texts } from "../texts/index.js";
import { worker } from "./worker.js";

const engine = signal("");

/** Asked once the page stands. */
export async function askEngine(): Promise<void> {
  const { backend, isolated } = await worker.ask("engine", {});
  engine.value = texts.engine(backend, isolated);
}

export function App() {
  return (
    <>
      <header>
        <h1>{texts.title}</h1>
      </header>
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
