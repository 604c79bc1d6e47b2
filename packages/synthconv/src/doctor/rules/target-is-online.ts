import { constructionSite } from "../../core/call-site.js";
import type { Module } from "../../nn/module.js";
import type { Accusation, Rule } from "../case-file.js";
import type { Place } from "../diagnosis.js";
import { nextLine } from "../line-search.js";
import { placesOf } from "../place.js";

/** Names of a copy that is to lag behind or to stand still. */
const COPIES = ["target", "teacher", "ema", "momentum", "frozen", "reference", "old", "slow", "average"];

function isCopy(name: string): boolean {
  return COPIES.some((start) => name.toLowerCase().startsWith(start));
}

/** A target network that is the same object as the one that is trained: it moves with it. */
export const targetIsOnline: Rule = {
  name: "target is online",
  find({ subject: { model }, last }, _told, accusations) {
    if (accusations.length > 0) return [];
    const found = sharedCopy(model);
    if (found === undefined) return [];
    const { copy, other, module } = found;
    const own = new Set(module.parameters());
    const names = [...last.parameters].filter(([, one]) => own.has(one) && one.trainable);
    if (names.length === 0) return [];
    const accusation: Accusation = {
      names: names.map(([name]) => name),
      complaint: {
        status: "learns",
        severity: "warning",
        fault: "optimizerHoldsOthers",
        phrase: `${copy} and ${other} are one object, and the optimizer moves both`,
        place: placeOfField(module, copy),
        cause: `The module that is called ${copy} is the one that is called ${other}, and no copy of it: each update of ${other} moves ${copy} with it, so what is compared with runs away.`,
        repair: `Make another one of the same kind, this.${copy} = new ${module.constructor.name}(...), freeze() it, and load ${other}.stateDict() into it, at first and every so many steps.`,
      },
    };
    return [accusation];
  },
};

interface SharedCopy {
  readonly copy: string;
  readonly other: string;
  readonly module: Module;
}

function sharedCopy(parent: Module): SharedCopy | undefined {
  const children = [...parent.children()];
  for (const [copy, module] of children) {
    const other = children.find(([name, one]) => one === module && name !== copy && !isCopy(name));
    if (isCopy(copy) && other !== undefined) return { copy, other: other[0], module };
    const inside = sharedCopy(module);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The line that says the name, near one that made the module; else the line that made it. */
function placeOfField(module: Module, field: string): Place | undefined {
  const [parameter] = module.parameters();
  const site = parameter && constructionSite(parameter);
  const places = site === undefined ? [] : placesOf(site);
  const says = { test: (text: string) => text.includes(`${field} =`) };
  const near = places.map((place) => nextLine(place, says));
  return near.find((place) => says.test(place.source ?? "")) ?? places.at(-1);
}
