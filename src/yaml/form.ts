import * as z from 'zod/mini';

/**
 * What forms of files (policy, configuration) are made of. Only a file needs zod: import this late. Of zod the variant
 * whose unused parts stay out of the program, as long as each is named `z.part`.
 */

// One file is checked once: compiling the checks would take longer than making them.
z.config({ jitless: true });

/** What editors show of it. */
export function told<T extends z.ZodMiniType>(form: T, meta: z.core.GlobalMeta): T {
  z.globalRegistry.add(form, meta);
  return form;
}

/** Text for which `holds`; else the sentence about it. */
export function textThat(holds: (text: string) => boolean, sentence: (text: unknown) => string) {
  return z.string().check(z.refine(holds, { error: ({ input }) => sentence(input) }));
}

export function some<T extends z.ZodMiniType>(one: T) {
  return z.array(one).check(z.minLength(1));
}

/** The schema for editors, as it is committed. */
export function jsonSchemaOf(form: z.ZodMiniType): string {
  return `${JSON.stringify(z.toJSONSchema(form, { io: 'input' }), null, 2)}\n`;
}
