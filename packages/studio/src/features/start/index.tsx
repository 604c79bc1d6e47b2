import { texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";

function View() {
  return <p>{texts.start.lead}</p>;
}

export const start: Feature = { id: "start", title: texts.start.title, View };
