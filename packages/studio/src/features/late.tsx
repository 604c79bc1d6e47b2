import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { session } from "../services/index.js";

/** A look is here or on its way: what is fetched only when it has come would move the page under a person's eyes. */
export function comesLook(): boolean {
  const { look, sources } = session.state.value;
  return look !== undefined || sources.length > 0;
}

/**
 * A view whose code is fetched once there is something for it.
 *
 * @param isWanted reads signals.
 * @param nothing what stands in its place until then.
 */
export function late(
  isWanted: () => boolean,
  nothing: string,
  load: () => Promise<{ readonly View: ComponentType }>,
): ComponentType {
  const view = signal<ComponentType | undefined>(undefined);
  const fault = signal("");
  const fetchOnce = (): void => {
    load().then(
      ({ View }) => {
        view.value = View;
      },
      (error: Error) => {
        fault.value = error.message;
      },
    );
  };
  return function LateView(): JSX.Element {
    const isNow = isWanted();
    useEffect(() => {
      if (isNow) fetchOnce();
    }, [isNow]);
    const View = view.value;
    if (View !== undefined) return <View />;
    if (fault.value === "") return <p>{nothing}</p>;
    return (
      <p role="alert" class="faults">
        {fault}
      </p>
    );
  };
}
