/** Exit codes of every command; 1 also stands for "some files failed". */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
