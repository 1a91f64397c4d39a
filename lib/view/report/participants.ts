// Who takes part, by name and colour: the same everywhere in the report.

import type { SessionRecord } from '../../core/session-record.ts';
import { subjectTitle, type Titles, titlesOf } from '../titles.ts';

export interface Participants {
  readonly titles: Titles;
  readonly title: (id: string) => string;
  /** A class of the style sheet, `s0` to `s7`; empty for what is nobody's. */
  readonly hue: (id: string) => string;
}

/** Colours there are; more than eight slots share them. */
export const HUES = 8;

export function participantsOf(record: SessionRecord): Participants {
  const slots = Object.keys(record.models);
  const titles = titlesOf(record);
  return {
    titles,
    title: (id) => subjectTitle(id, titles),
    hue(id) {
      const place = slots.indexOf(id.split('+')[0]!);
      return place < 0 ? '' : `s${place % HUES}`;
    },
  };
}

/** The class for what one has made, or several together. */
export const hueOf = (from: string, participants: Participants): string =>
  from.includes('+') ? 'mixed' : participants.hue(from);
