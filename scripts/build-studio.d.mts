export function buildStudio(options: { log: (line: string) => void }): Promise<string>;
