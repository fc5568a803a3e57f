import { findLabel } from '../../labels.ts';
import { isMachine, labelOfEnglish } from '../lexicon/nouns.ts';

/** "Start the washing machine", "run the dishwasher": what is switched on runs. */
const STARTED =
  /(?<=^|[,.;!?] |\b(?:and|please|you to|can you|could you|just|then) )(?:start|run|operate|activate|fire|power) (?:up )?((?:the|that|this|my|our|a) ((?:\w+ ){0,2}?\w+))(?: up)?(?=$|[,.;!?]| (?:please|now|again|gently|slowly|for me|and)\b)/g;

/** "The train leaves" */
const LEAVES =
  /\b(\w+) (leaves?|leaving)(?=$|[,.;!?]| (?:the (?:station|harbou?r|port|room|house|stop|scene|picture|frame|platform|dock)|now|quickly|slowly|to|towards?)\b)/g;
const DEPARTS: Record<string, string> = { leave: 'depart', leaves: 'departs', leaving: 'departing' };

/** Machines that are started, and vehicles, people and animals that leave, in plain words. */
export const setGoing = (text: string): string =>
  text
    .replace(STARTED, (whole, thing: string, name: string) => (isMachine(name) ? `make ${thing} run` : whole))
    .replace(LEAVES, (whole, name: string, leaves: string) =>
      (findLabel(labelOfEnglish([name]))?.kind ?? 'thing') === 'thing' ? whole : `${name} ${DEPARTS[leaves]}`,
    );
