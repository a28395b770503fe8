import * as z from 'zod/mini';
import { jsonSchemaOf, some, textThat, told } from '../yaml/form.ts';
import { parseNetwork } from './addresses.ts';
import { detectionSlugs, identityKinds, services } from './content.ts';
import { endOfDate } from './dates.ts';
import { sopClassUid } from './sop-classes.ts';
import { thresholdTable } from './thresholds.ts';
import { normaliseTitle } from './titles.ts';

/** The form of a policy file. Only a policy needs zod: import this late. Its JSON Schema is docs/policy.schema.json. */

function oneOrMany<T extends z.ZodMiniType<string | number>>(one: T) {
  return z.union([one, some(one)]);
}

const title = told(
  textThat(
    (text) => normaliseTitle(text) !== '',
    () => 'an AE title cannot be empty',
  ),
  { description: 'AE title, compared exactly, case and all; bytes that do not print as \\xHH' },
);

const network = told(
  textThat(
    (text) => parseNetwork(text) !== null,
    (text) => `'${text}' is not an address or network`,
  ),
  { description: 'An address or a network, such as 10.0.0.1, 10.0.0.0/8 or fd00::/8' },
);

const port = z.int().check(z.minimum(1), z.maximum(65_535));

const date = told(
  textThat(
    (text) => endOfDate(text) !== null,
    (text) => `'${text}' is not a date such as 2027-06-30`,
  ),
  { description: 'The last day (UTC) on which it holds, such as 2027-06-30', format: 'date' },
);

const groupName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/));
const reason = told(z.string().check(z.trim(), z.minLength(1), z.maxLength(500)), {
  description: 'Why, in a sentence: it is shown with findings',
});
const service = z.enum(services);

const member = told(z.union([title, z.strictObject({ group: groupName })]), {
  description: 'An AE title, or all of a group',
});

const party = told(
  z.union([
    title,
    z.strictObject({ ae_title: z.optional(title), group: z.optional(groupName), address: z.optional(network) }).check(
      z.refine((conditions) => Object.keys(conditions).length > 0, 'names nobody: give ae_title, group or address'),
      z.refine(
        ({ ae_title, group }) => ae_title === undefined || group === undefined,
        'has both ae_title and group: give one of them',
      ),
    ),
  ]),
  { description: 'An AE title, or an object of which everything must hold' },
);

const sopClass = told(
  textThat(
    (text) => sopClassUid(text) !== null,
    (text) => `'${text}' is no SOP class: give its UID, or its name in PS3.6`,
  ),
  { description: 'UID of a SOP class, or its name such as CT Image Storage' },
);

const thresholds = z.strictObject(
  Object.fromEntries(
    Object.entries(thresholdTable).map(([slug, names]) => [
      slug,
      z.optional(
        z.strictObject(Object.fromEntries(Object.entries(names).map(([name, row]) => [name, threshold(row)]))),
      ),
    ]),
  ),
);

function threshold([value, about]: readonly [number, string]) {
  return told(z.optional(z.int().check(z.minimum(1))), { description: about, default: value });
}

const ae = z.strictObject({
  title: told(oneOrMany(title), { description: 'AE title of the device, or several of the same device' }),
  about: z.optional(z.string().check(z.maxLength(500))),
  calls_as: told(z.optional(oneOrMany(title)), {
    description: 'Titles it calls others by, where they differ from the one it answers to',
  }),
  addresses: told(z.optional(oneOrMany(network)), { description: 'Where it may be; anywhere if left out' }),
  ports: told(z.optional(oneOrMany(port)), { description: 'Ports it listens on; any if left out' }),
  roles: told(z.optional(z.strictObject({ scu: z.optional(z.array(service)), scp: z.optional(z.array(service)) })), {
    description: 'Services it may use (scu) and offer (scp); all if left out. Echo is always allowed',
  }),
  peers: told(z.optional(z.array(member)), { description: 'Whom it may meet, whoever calls; anyone if left out' }),
  sop_classes: told(z.optional(some(sopClass)), { description: 'SOP classes it may use, echo aside; all if left out' }),
  move_destinations: told(z.optional(z.array(member)), {
    description: 'Whom it may be asked to send to (C-MOVE); every listed AE title if left out',
  }),
  identity: told(z.optional(z.union([z.literal('any'), some(z.enum(identityKinds))])), {
    description: 'User identity it asks of clients: any, or of these kinds; none if left out',
  }),
  thresholds: told(z.optional(thresholds), { description: 'Thresholds of its own; those of the site if left out' }),
});

const between = {
  clients: told(z.optional(some(party)), { description: 'Who calls; anyone if left out' }),
  servers: told(z.optional(some(party)), { description: 'Who is called; anyone if left out' }),
};
const tolerance = { ...between, until: date, reason };

const severity = z.enum(['off', 'info', 'low', 'medium', 'high', 'critical']);

export const policySchema = told(
  z.strictObject({
    version: z.literal(1),
    site: z.optional(z.string().check(z.maxLength(200))),
    networks: z.optional(
      z.strictObject({
        internal: told(z.optional(some(network)), {
          description: 'Networks that are the site; private addresses are assumed if left out',
        }),
      }),
    ),
    groups: told(z.optional(z.record(groupName, z.array(title))), { description: 'Names of sets of AE titles' }),
    ae_titles: z.optional(z.array(ae)),
    ae_table: told(z.optional(z.string()), {
      description: 'AE titles, one line each, in a block (|): a first line of column names, then commas between cells',
    }),
    listeners: told(z.optional(z.array(z.strictObject({ address: network, port }))), {
      description: 'DICOM listeners that no AE title names',
    }),
    encryption: z.optional(
      z.strictObject({
        tls: told(z.optional(z.enum(['asked', 'not-asked'])), { default: 'asked' }),
        self_signed: told(z.optional(z.enum(['allowed', 'forbidden'])), { default: 'allowed' }),
        cleartext_tolerated: z.optional(z.array(z.strictObject(tolerance))),
      }),
    ),
    severities: told(
      z.optional(z.strictObject(Object.fromEntries(detectionSlugs.map((slug) => [slug, z.optional(severity)])))),
      { description: 'Severity of a detection, whatever its default; off silences it' },
    ),
    thresholds: told(z.optional(thresholds), { description: 'Thresholds of detections; as documented if left out' }),
    tools: told(
      z.optional(z.array(z.strictObject({ tool: z.optional(groupName), ...between, until: z.optional(date), reason }))),
      { description: 'Scanners and test tools that the site runs itself' },
    ),
    exceptions: told(z.optional(z.array(z.strictObject({ detection: z.enum(detectionSlugs), ...tolerance }))), {
      description: 'Findings not to be raised, until a date and for a reason',
    }),
  }),
  { title: 'dicomtap policy', description: 'What a site allows. Explained in docs/policy.md' },
);

/** The schema for editors, as committed in docs/policy.schema.json. */
export function policyJsonSchema(): string {
  return jsonSchemaOf(policySchema);
}
