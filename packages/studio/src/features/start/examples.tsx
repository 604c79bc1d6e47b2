import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { EXAMPLES, type ExampleName } from "../../protocol/index.js";
import { session, training, worker } from "../../services/index.js";
import { texts } from "../../texts/index.js";
import { addSources, forgetNotes, pairOf } from "./add-files.js";

/** Of the pictures that are learned from. */
const WIDTH = 720;
const THUMBNAIL = 240;

export function Examples(): JSX.Element {
  return (
    <fieldset class="examples">
      <legend>{texts.start.examples}</legend>
      {EXAMPLES.map((name) => (
        <Example key={name} name={name} />
      ))}
    </fieldset>
  );
}

function Example({ name }: { name: ExampleName }): JSX.Element {
  const addresses = useSignal<readonly string[]>([]);
  useEffect(() => {
    void worker.ask("example", { name, width: THUMBNAIL }).then(({ before, after }) => {
      addresses.value = [before, after].map(({ blob }) => URL.createObjectURL(blob));
    });
    return () => addresses.value.forEach((address) => void URL.revokeObjectURL(address));
  }, [name, addresses]);
  return (
    <button type="button" class="example" onClick={() => void learn(name)}>
      <span class="halves">
        {addresses.value.map((address) => (
          <img key={address} src={address} alt="" />
        ))}
      </span>
      {texts.start.exampleNames[name]}
    </button>
  );
}

/** In place of what is there; undo brings it back. */
async function learn(name: ExampleName): Promise<void> {
  const { before, after } = await worker.ask("example", { name, width: WIDTH });
  training.drop();
  forgetNotes();
  session.change({ sources: [], name: texts.start.exampleNames[name] });
  await addSources([pairOf(before, after)]);
}
