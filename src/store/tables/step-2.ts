/** What tells two contents of one object apart. */
export const step2 = 'ALTER TABLE operation ADD COLUMN content_mark TEXT;';
