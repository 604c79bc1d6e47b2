/** The JSON schema of configurations, as the commands declare their options. */
import { Command, type Option } from "commander";
import { isPath, kindOf, type ValueKind } from "../../../src/frame/config/option-value.js";
import { configurable, nameOf } from "../../../src/frame/config/read-config.js";
import { addSharedOptions, type CommandEntry } from "../../../src/frame/program.js";

type Schema = Readonly<Record<string, unknown>>;

/** Every one that some Node has. */
const BACKENDS = ["reference", "plain", "relaxed"];

export async function configSchemaOf(commands: readonly CommandEntry[]): Promise<Schema> {
  const properties: Record<string, Schema> = { $schema: { type: "string" } };
  for (const { name, summary, load } of commands) {
    const command = new Command(name);
    (await load()).configure(command);
    addSharedOptions(command);
    const options = configurable(command).map((option) => [nameOf(option.long), optionSchema(option)]);
    properties[name] = {
      type: "object",
      description: summary,
      properties: Object.fromEntries(options),
      additionalProperties: false,
    };
  }
  return {
    type: "object",
    properties,
    additionalProperties: false,
    title: "a configuration of synthconv --config",
    $schema: "http://json-schema.org/draft-07/schema#",
  };
}

function optionSchema(option: Option): Schema {
  const path = isPath(option) ? "; a path, relative to this file" : "";
  return { ...valueSchema(option), description: `${option.description}${path}` };
}

function valueSchema(option: Option): Schema {
  const choices = option.long === "--backend" ? BACKENDS : option.argChoices;
  const one: Schema = choices === undefined ? { type: ["string", "number"] } : { enum: choices };
  const forms: Readonly<Record<ValueKind, Schema>> = {
    switch: { type: "boolean" },
    one,
    several: { anyOf: [one, { type: "array", items: one }] },
    named: { anyOf: [{ type: "object", additionalProperties: one }, { type: "array", items: one }, one] },
  };
  return forms[kindOf(option)];
}
