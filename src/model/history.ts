/** What a detection may ask about the past. Injected; answers are bounded; never about the present association or later. */
export interface History {
  /** Whether a DICOM association was ever accepted at this listener. */
  listenerKnown(address: string, port: number): boolean;
}

/** A past in which nothing happened: replay judges its own inputs alone unless asked otherwise. */
export const noHistory: History = { listenerKnown: () => false };
