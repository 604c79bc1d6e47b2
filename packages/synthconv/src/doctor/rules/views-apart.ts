import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { Flow } from "../flow.js";
import { type MovedRun, type MovedView, movedRuns } from "../moved-views.js";
import { placesApart, placesOf } from "../place.js";
import { trainedBehind } from "../sample-writers.js";

/** Pictures and their targets that are flipped, cropped or turned by draws of their own: pixels meet those of other places. */
export const viewsApart: Rule = {
  name: "views apart",
  find(file, told, accusations) {
    if (told.size > 0 || accusations.length > 0) return [];
    const runs = movedRuns(file.subject, file.batch);
    const seen = runs.flatMap((run) => meetingsIn(run, file));
    // What lies the same way in every run is how the data are.
    const ways = new Set(seen.map(({ way }) => way));
    const apart = seen.find(({ isApart }) => isApart);
    const both = seen.find(({ given, compared }) => given.isMoved && compared.isMoved);
    return ways.size < 2 || apart === undefined ? [] : [accusationOf(both ?? apart)];
  },
};

interface Meeting {
  readonly given: MovedView;
  readonly compared: MovedView;
  readonly names: readonly string[];
  /** Which place of the one meets which of the other. */
  readonly way: string;
  readonly isApart: boolean;
}

function meetingsIn({ views, trace, loss }: MovedRun, { mixes }: CaseFile): Meeting[] {
  const flow = new Flow(trace, loss);
  return [...trace.origins.values()].flatMap(({ inputs, tensor }): Meeting[] => {
    const [left, right] = inputs;
    if (inputs.length !== 2 || left === undefined || right === undefined || !flow.reachesLoss(tensor))
      return [];
    const names = [left, right].map((one) => trainedBehind([one], flow));
    const at = names.findIndex((one) => one.length > 0);
    if (at < 0 || (names[1 - at] as string[]).length > 0) return [];
    const [result, target] = at === 0 ? [left, right] : [right, left];
    const [given, ...others] = viewsBehind(result, views, flow);
    const [compared, ...more] = viewsBehind(target, views, flow);
    const isClear = others.length === 0 && more.length === 0 && given !== undefined && compared !== undefined;
    if (!isClear || given.name === compared.name || mixes.includes(given.name)) return [];
    if (
      planeOf(result) !== planeOf(given.origin.tensor) ||
      planeOf(target) !== planeOf(compared.origin.tensor)
    )
      return [];
    const differing = given.places.filter((place, index) => place !== compared.places[index]).length;
    const way = given.places.map((place, index) => `${place}:${compared.places[index]}`).join();
    return [
      { given, compared, names: names[at] as string[], way, isApart: 2 * differing > given.places.length },
    ];
  });
}

/** Those that something is computed from, each as it was before the first operation that computes. */
function viewsBehind(tensor: Tensor, views: readonly MovedView[], flow: Flow): MovedView[] {
  return views.filter(
    ({ origin }) => origin.tensor === tensor || flow.influenceOf(origin.tensor).has(tensor),
  );
}

function planeOf({ shape }: Tensor): string {
  return shape.slice(-2).join();
}

function accusationOf({ given, compared, names }: Meeting): Accusation {
  const moved = given.isMoved ? given : compared;
  const other = moved === given ? compared : given;
  const [place, usedAt] = other.isMoved
    ? placesApart(other.origin.site, moved.origin.site)
    : placesOf(moved.origin.site);
  return {
    names,
    complaint: {
      ...{ status: "learns", fault: "conditionMixed", place, usedAt: other.isMoved ? usedAt : undefined },
      phrase: `${given.name} and ${compared.name} are moved apart`,
      cause: `What the network gives for ${given.name} is compared with ${compared.name} place by place, and ${other.isMoved ? "the two are moved by draws of their own" : `${moved.name} is moved here in some runs and ${other.name} is not`}: most places meet those of elsewhere.`,
      repair: `Draw once, and move both by it: the same flip, turn or crop for ${given.name} and for ${compared.name}.`,
    },
  };
}
