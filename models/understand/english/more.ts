/** What water, fire, smoke and weather do when there is to be more of them. */
const KINDS: [names: string, verb: string][] = [
  ['waves?|surf|sea|ocean|lake|pond|water|tide', 'ripple'],
  ['rivers?|streams?|brook|creek|waterfalls?|fountains?|current', 'flow'],
  ['fire|flames?|campfire|bonfire|blaze|torch|embers', 'burn'],
  ['smoke|steam|fog|mist', 'drift'],
];
const WEATHER: Record<string, string> = {
  rain: 'rain',
  snow: 'snow',
  storm: 'storm',
  wind: 'blow',
  breeze: 'blow',
};
const STRONGER =
  'bigger|larger|higher|taller|stronger|rougher|wilder|fiercer|thicker|denser|heavier|choppier|faster|livelier|louder|brighter|more (?:intense|violent|powerful|dramatic|lively)';
const WEAKER =
  'smaller|lower|calmer|gentler|weaker|softer|lighter|thinner|quieter|slower|milder|less (?:intense|violent|powerful|dramatic|wild|rough)';
const THING = [...KINDS.map(([names]) => names), ...Object.keys(WEATHER)].join('|');
const NAMED = `(?:the |some |those |these |that |this |my |its )?(?:sea |ocean |camp |candle )?(${THING})`;
const DEGREE = '(?:(?:a (?:bit|little|lot|touch|tad)|much|even|way|far|still|slightly) )*';
const END = '(?: (?:please|now|again|there|here))?(?=$|[,.;!?]| and )';
/** "Make the waves bigger", "the sea should be rougher". */
const BECOMES = new RegExp(
  `\\b${NAMED} (?:should |could |must |can |to |(?:is|are) to )?(?:(?:be|become|get|grow|look|getting|becoming|growing) )?${DEGREE}(${STRONGER}|${WEAKER})${END}`,
  'g',
);
/** "More smoke", "I want higher waves". */
const WANTED = new RegExp(
  `(?<=^|[,.;!?] )(?:(?:i want|i'd like|i would like|give me|show me|we need|let there be|let's have|make|add|can we have|could we have) )?${DEGREE}(more|less|${STRONGER}|${WEAKER}) (${THING})${END}`,
  'g',
);

/** "Make the sea choppy", "the fire should be fierce": the plain words count where something is asked. */
const ROUGH =
  'rough|choppy|wild|angry|stormy|violent|turbulent|fierce|strong|intense|huge|massive|dramatic|lively|thick';
const CALM = 'calm|gentle|soft|mild|quiet|peaceful|light|thin';
const ASKED = new RegExp(
  `\\b(?:(?:make|have|get|turn|let) ${NAMED}(?: (?:be|get|go|become|look|turn|grow))?|${NAMED} (?:should|must|has to|needs to|could) (?:be|get|go|become|look|turn|grow)) ${DEGREE}(?:really |very |super |more )*(${ROUGH}|${CALM})${END}`,
  'g',
);

const MORE = new RegExp(`^(?:more$|${STRONGER}|${ROUGH})`);
const force = (how: string): string => (MORE.test(how) ? 'strongly' : 'gently');

function said(thing: string, how: string): string {
  const weather = WEATHER[thing];
  if (weather) return `make it ${weather} ${force(how)}`;
  const [, verb] = KINDS.find(([names]) => new RegExp(`^(?:${names})$`).test(thing))!;
  return `the ${thing} ${verb} ${force(how)}`;
}

/** More or less of what flows, burns or blows, in plain words: "the waves ripple strongly". */
export const withForce = (text: string): string =>
  text
    .replace(ASKED, (_, made: string, modal: string, how: string) => said(made ?? modal, how))
    .replace(BECOMES, (_, thing: string, how: string) => said(thing, how))
    .replace(WANTED, (_, how: string, thing: string) => said(thing, how));
