import { z } from 'zod';
import { parseNetwork } from './addresses.ts';
import { detectionSlugs, identityKinds, services } from './content.ts';
import { endOfDate } from './dates.ts';
import { sopClassUid } from './sop-classes.ts';
import { thresholdTable } from './thresholds.ts';
import { normaliseTitle } from './titles.ts';

/** The form of a policy file. Only a policy needs zod: import this late. Its JSON Schema is docs/policy.schema.json. */

// One file is checked once: compiling the checks would take longer than making them.
z.config({ jitless: true });

const title = z
  .string()
  .refine((text) => normaliseTitle(text) !== '', 'an AE title cannot be empty')
  .meta({ description: 'AE title, compared exactly, case and all; bytes that do not print as \\xHH' });

const network = z
  .string()
  .refine((text) => parseNetwork(text) !== null, { error: ({ input }) => `'${input}' is not an address or network` })
  .meta({ description: 'An address or a network, such as 10.0.0.1, 10.0.0.0/8 or fd00::/8' });

const port = z.int().min(1).max(65_535);

const date = z
  .string()
  .refine((text) => endOfDate(text) !== null, { error: ({ input }) => `'${input}' is not a date such as 2027-06-30` })
  .meta({ description: 'The last day (UTC) on which it holds, such as 2027-06-30', format: 'date' });

const groupName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/);
const reason = z.string().trim().min(1).max(500).meta({ description: 'Why, in a sentence: it is shown with findings' });
const service = z.enum(services);

function oneOrMany<T extends z.ZodType<string | number>>(one: T) {
  return z.union([one, z.array(one).min(1)]);
}

const member = z
  .union([title, z.strictObject({ group: groupName })])
  .meta({ description: 'An AE title, or all of a group' });

const party = z
  .union([
    title,
    z
      .strictObject({ ae_title: title.optional(), group: groupName.optional(), address: network.optional() })
      .refine((conditions) => Object.keys(conditions).length > 0, 'names nobody: give ae_title, group or address')
      .refine(
        ({ ae_title, group }) => ae_title === undefined || group === undefined,
        'has both ae_title and group: give one of them',
      ),
  ])
  .meta({ description: 'An AE title, or an object of which everything must hold' });

const sopClass = z
  .string()
  .refine((text) => sopClassUid(text) !== null, {
    error: ({ input }) => `'${input}' is no SOP class: give its UID, or its name in PS3.6`,
  })
  .meta({ description: 'UID of a SOP class, or its name such as CT Image Storage' });

const thresholds = z.strictObject(
  Object.fromEntries(
    Object.entries(thresholdTable).map(([slug, names]) => [
      slug,
      z.strictObject(Object.fromEntries(Object.entries(names).map(([name, row]) => [name, threshold(row)]))).optional(),
    ]),
  ),
);

function threshold([value, about]: readonly [number, string]) {
  return z.int().min(1).optional().meta({ description: about, default: value });
}

const ae = z.strictObject({
  title: oneOrMany(title).meta({ description: 'AE title of the device, or several of the same device' }),
  about: z.string().max(500).optional(),
  calls_as: oneOrMany(title)
    .optional()
    .meta({ description: 'Titles it calls others by, where they differ from the one it answers to' }),
  addresses: oneOrMany(network).optional().meta({ description: 'Where it may be; anywhere if left out' }),
  ports: oneOrMany(port).optional().meta({ description: 'Ports it listens on; any if left out' }),
  roles: z
    .strictObject({ scu: z.array(service).optional(), scp: z.array(service).optional() })
    .optional()
    .meta({ description: 'Services it may use (scu) and offer (scp); all if left out. Echo is always allowed' }),
  peers: z.array(member).optional().meta({ description: 'Whom it may meet, whoever calls; anyone if left out' }),
  sop_classes: z
    .array(sopClass)
    .min(1)
    .optional()
    .meta({ description: 'SOP classes it may use, echo aside; all if left out' }),
  move_destinations: z
    .array(member)
    .optional()
    .meta({ description: 'Whom it may be asked to send to (C-MOVE); every listed AE title if left out' }),
  identity: z
    .union([z.literal('any'), z.array(z.enum(identityKinds)).min(1)])
    .optional()
    .meta({ description: 'User identity it asks of clients: any, or of these kinds; none if left out' }),
  thresholds: thresholds.optional().meta({ description: 'Thresholds of its own; those of the site if left out' }),
});

const between = {
  clients: z.array(party).min(1).optional().meta({ description: 'Who calls; anyone if left out' }),
  servers: z.array(party).min(1).optional().meta({ description: 'Who is called; anyone if left out' }),
};
const tolerance = { ...between, until: date, reason };

const severity = z.enum(['off', 'info', 'low', 'medium', 'high', 'critical']);

export const policySchema = z
  .strictObject({
    version: z.literal(1),
    site: z.string().max(200).optional(),
    networks: z
      .strictObject({
        internal: z
          .array(network)
          .min(1)
          .optional()
          .meta({ description: 'Networks that are the site; private addresses are assumed if left out' }),
      })
      .optional(),
    groups: z.record(groupName, z.array(title)).optional().meta({ description: 'Names of sets of AE titles' }),
    ae_titles: z.array(ae).optional(),
    ae_table: z.string().optional().meta({
      description: 'AE titles, one line each, in a block (|): a first line of column names, then commas between cells',
    }),
    listeners: z
      .array(z.strictObject({ address: network, port }))
      .optional()
      .meta({ description: 'DICOM listeners that no AE title names' }),
    encryption: z
      .strictObject({
        tls: z.enum(['asked', 'not-asked']).optional().meta({ default: 'asked' }),
        self_signed: z.enum(['allowed', 'forbidden']).optional().meta({ default: 'allowed' }),
        cleartext_tolerated: z.array(z.strictObject(tolerance)).optional(),
      })
      .optional(),
    severities: z
      .strictObject(Object.fromEntries(detectionSlugs.map((slug) => [slug, severity.optional()])))
      .optional()
      .meta({ description: 'Severity of a detection, whatever its default; off silences it' }),
    thresholds: thresholds.optional().meta({ description: 'Thresholds of detections; as documented if left out' }),
    tools: z
      .array(z.strictObject({ tool: groupName.optional(), ...between, until: date.optional(), reason }))
      .optional()
      .meta({ description: 'Scanners and test tools that the site runs itself' }),
    exceptions: z
      .array(z.strictObject({ detection: z.enum(detectionSlugs), ...tolerance }))
      .optional()
      .meta({ description: 'Findings not to be raised, until a date and for a reason' }),
  })
  .meta({ title: 'dicomtap policy', description: 'What a site allows. Explained in docs/policy.md' });

/** The schema for editors, as committed in docs/policy.schema.json. */
export function policyJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(policySchema, { io: 'input' }), null, 2)}\n`;
}
