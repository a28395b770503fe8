/** The detections of who is who: a learnt policy finds none of them in the traffic it was learnt from. */
export const identityDetections: readonly string[] = [
  'ae-not-allowed',
  'called-ae-unknown',
  'ae-collision',
  'ae-any-accepted',
  'implementation-changed',
  'public-address',
  'no-authentication',
];
