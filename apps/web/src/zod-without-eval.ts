/**
 * First of all imports, and without any of its own: schemas look whether they may compile code when they
 * are made, which happens while modules load. Our content policy forbids it, and even the try would be
 * reported. The name is zod's; its `config` would come too late, with the schemas.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

export {};
