import { asList } from './ae-directory.ts';
import type {
  AeContent,
  EndsContent,
  IdentityContent,
  MemberContent,
  PartyContent,
  PolicyContent,
  RolesContent,
} from './content.ts';
import { type Service, services } from './content.ts';
import type { ThresholdsContent } from './thresholds.ts';

/** Entries printed one by one; a longer list is summed up. */
const ENTRIES_MAX = 50;

/**
 * What a policy allows, in words: lines without their line feeds. `table` holds the entries of `ae_table`; of more than
 * `entriesMax` in all the first are told.
 */
export function policyInWords(
  content: PolicyContent,
  table: readonly AeContent[],
  entriesMax: number = ENTRIES_MAX,
): string[] {
  const entries = [...(content.ae_titles ?? []), ...table];
  return [
    ...(content.site === undefined ? [] : [`Site: ${content.site}`]),
    ...networksInWords(content),
    ...encryptionInWords(content),
    ...groupsInWords(content),
    ...(content.ae_titles === undefined && content.ae_table === undefined
      ? ['AE titles: none listed; any may call any, and the detections of AE titles are silent.']
      : entriesInWords(entries, entriesMax)),
    ...listenersInWords(content),
    ...settingsInWords(content),
    ...toolsInWords(content),
    ...exceptionsInWords(content),
  ];
}

function networksInWords({ networks }: PolicyContent): string[] {
  const internal = networks?.internal;
  return internal === undefined
    ? ['Internal networks: not named; private, link-local and loopback addresses are assumed to be internal.']
    : [`Internal networks: ${internal.join(', ')}; link-local and loopback always.`];
}

function encryptionInWords({ encryption }: PolicyContent): string[] {
  const asked = encryption?.tls !== 'not-asked';
  const tolerated = encryption?.cleartext_tolerated ?? [];
  const head = asked
    ? `TLS: asked for between all${tolerated.length === 0 ? '' : ', but clear text is tolerated:'}${tolerated.length === 0 ? '.' : ''}`
    : 'TLS: not asked for; patient data in clear text is still a finding.';
  const selfSigned = encryption?.self_signed === 'forbidden' ? ['Certificates must not be signed by themselves.'] : [];
  return [
    head,
    ...tolerated.map((each) => `  ${betweenInWords(each)}, through ${each.until}: ${each.reason}`),
    ...selfSigned,
  ];
}

function groupsInWords({ groups }: PolicyContent): string[] {
  return Object.entries(groups ?? {}).map(([name, titles]) => `Group ${name}: ${titles.join(', ') || 'nobody'}.`);
}

function entriesInWords(entries: readonly AeContent[], most: number): string[] {
  if (entries.length === 0) return ['AE titles: an empty list; nobody may call anybody.'];
  const more = entries.length - most;
  return [
    `AE titles: ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}; a title not listed is not allowed.`,
    ...entries.slice(0, most).map((entry) => `  ${entryInWords(entry)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function entryInWords(entry: AeContent): string {
  const titles = asList(entry.title).join(', ');
  const addresses = asList(entry.addresses);
  const ports = asList(entry.ports);
  const parts = [
    addresses.length === 0 ? 'at any address' : `at ${addresses.join(', ')}`,
    ...(ports.length === 0 ? [] : [`listening on ${ports.join(', ')}`]),
    ...(entry.calls_as === undefined ? [] : [`also calling as ${asList(entry.calls_as).join(', ')}`]),
    rolesInWords(entry.roles),
    ...(entry.sop_classes === undefined ? [] : [`of SOP classes ${entry.sop_classes.join(', ')}`]),
    ...(entry.move_destinations === undefined
      ? []
      : [`sending to ${entry.move_destinations.map(memberInWords).join(', ') || 'nobody'} when asked to move`]),
    ...(entry.identity === undefined ? [] : [`asking clients for ${identityInWords(entry.identity)}`]),
    ...(entry.thresholds === undefined ? [] : [`with thresholds ${thresholdsInWords(entry.thresholds).join(', ')}`]),
    entry.peers === undefined ? 'with anyone' : `with ${entry.peers.map(memberInWords).join(', ') || 'nobody'} only`,
  ];
  return `${titles}${entry.about === undefined ? '' : ` (${entry.about})`}: ${parts.join('; ')}`;
}

function rolesInWords(roles: RolesContent | undefined): string {
  if (roles === undefined) return 'may use and offer every service';
  const scu = ordered(roles.scu ?? []);
  const scp = ordered(roles.scp ?? []);
  const uses = `may use ${scu.length === 0 ? 'nothing but echo' : `${scu.join(', ')} and echo`}`;
  return scp.length === 0 ? uses : `${uses}; may offer ${scp.join(', ')} and echo`;
}

/** In the order of the documentation, without echo, which is always allowed. */
function ordered(given: readonly Service[]): Service[] {
  return services.filter((service) => service !== 'echo' && given.includes(service));
}

function listenersInWords({ listeners }: PolicyContent): string[] {
  if (listeners === undefined || listeners.length === 0) return [];
  return [`Further DICOM listeners: ${listeners.map(({ address, port }) => `${address} port ${port}`).join(', ')}.`];
}

function settingsInWords({ severities, thresholds }: PolicyContent): string[] {
  const severity = Object.entries(severities ?? {}).map(([slug, set]) =>
    set === 'off' ? `${slug} is off` : `${slug} is ${set}`,
  );
  const threshold = thresholdsInWords(thresholds ?? {});
  return [
    ...(severity.length === 0 ? [] : [`Severities: ${severity.join(', ')}; the others as documented.`]),
    ...(threshold.length === 0 ? [] : [`Thresholds: ${threshold.join(', ')}; the others as documented.`]),
  ];
}

function thresholdsInWords(thresholds: ThresholdsContent): string[] {
  return Object.entries(thresholds).flatMap(([slug, set]) =>
    Object.entries(set ?? {}).map(([name, value]) => `${slug} ${name} ${value}`),
  );
}

function identityInWords(identity: IdentityContent): string {
  return identity === 'any' ? 'any user identity' : `a user identity: ${identity.join(', ')}`;
}

function toolsInWords({ tools }: PolicyContent): string[] {
  if (tools === undefined || tools.length === 0) return [];
  const until = (date: string | undefined) => (date === undefined ? '' : `, through ${date}`);
  return [
    'Expected tools:',
    ...tools.map((each) => `  ${each.tool ?? 'any'} ${betweenInWords(each)}${until(each.until)}: ${each.reason}`),
  ];
}

function exceptionsInWords({ exceptions }: PolicyContent): string[] {
  if (exceptions === undefined || exceptions.length === 0) return [];
  return [
    'Exceptions:',
    ...exceptions.map((each) => `  ${each.detection} ${betweenInWords(each)}, through ${each.until}: ${each.reason}`),
  ];
}

function betweenInWords({ clients, servers }: EndsContent): string {
  return `from ${partiesInWords(clients)} to ${partiesInWords(servers)}`;
}

function partiesInWords(parties: readonly PartyContent[] | undefined): string {
  return parties === undefined ? 'anyone' : parties.map(partyInWords).join(', ');
}

function partyInWords(party: PartyContent): string {
  if (typeof party === 'string') return party;
  const who = party.group === undefined ? party.ae_title : `group ${party.group}`;
  if (who === undefined) return party.address ?? '';
  return party.address === undefined ? who : `${who} at ${party.address}`;
}

function memberInWords(member: MemberContent): string {
  return typeof member === 'string' ? member : `group ${member.group}`;
}
