import { verbAt } from '../lexicon/verbs.ts';

/** What the wind is like, and how strong that makes it. */
const BREEZES: [RegExp, string][] = [
  [
    /light|gentle|soft|slight|mild|faint|little|summer|tiny|small|warm|whisper|breath|puff|hint|touch|lick|kiss/,
    'gently',
  ],
  [/strong|stiff|heavy|fierce|high|howling|big|hard|wild|huge|mighty|gust|gale|storm/, 'strongly'],
];
const WIND = '(?:winds?|breezes?|gusts?(?: of wind)?|gales?|draughts?|drafts?)';
/** "Flag. Strong wind.", "the hair in a light breeze": what stands in the wind, without a verb. */
const WINDY = new RegExp(
  `^((?:(?:the|a|an|my|her|his|their|these|those|some) )?\\w+(?: \\w+)?)(?:[,.:;]? (?:and |with |in )?(?:a |an |the |some )?|[,.:;] ?)((?:\\w+ )?)(?:${WIND}(?: blowing(?: (?:through|on|over|across|about|around|it|them))*)?|windy|breezy)(?: day| weather)?[ .!]*$`,
);
/** "A breeze ruffles the curtains": what the wind does is done by something else. */
const BLOWN = new RegExp(
  `(?:\\b(?:let|have|make) )?(?<=^|[,;.] |\\b(?:let|have|make|and|as|while) )(?:(?:the|a|an|some) )?((?:\\w+ )?)(${WIND}) (?:should |to |starts? to |is )?(\\w+)(?: (?:through|at|in|with|about|against|past|over|on|up|into))? ((?:the|my|her|his|its|their|these|those|all the|that) (?:\\w+ )?\\w+)(?: (?:about|around))?(?=$|[,.;!?]| (?:and|gently|softly|wildly|a bit|a little|please|to|from|so|back)\\b)`,
  'g',
);

/** "Blow the leaves about, just a whisper of wind" */
const AIR =
  /(?<= \w+ .*),? (?:but |and )?(?:with )?(?:just |only )?(?:a|an|the|some) ((?:\w+ )?(?:(?:whisper|breath|puff|hint|touch|lick|kiss|bit|gust|blast) of |\w+ ))(?:air|wind|breeze)(?=[ .!]*$)/;

/** "A little bit of wind in her hair" */
const IN_IT =
  /^((?:(?:just|only|a|an|the|some|more) )*(?:(?:little |tiny )?(?:bit|hint|touch|breath|whisper|puff|lot) of (?:a )?)?(?:\w+ )?)(?:wind|breeze) (?:on|in|through|over|across) ((?:the |this |that |my |our |her |his |its |their )?\w+(?: \w+)?)$/;

/** "The flag is caught in a gale" */
const CAUGHT = new RegExp(
  `\\b(?:(?:is|are|was|were|being|be|gets?|getting) )?(?:caught|battered|buffeted|tossed|whipped|stirred|ruffled|blown)(?: about| around)? (?:in|by) ((?:the |a |some )?(?:\\w+ )?${WIND})`,
  'g',
);

const forceOf = (words: string): string => BREEZES.find(([sign]) => sign.test(words))?.[1] ?? '';

/** What stands or moves in the wind, in plain words: "the curtains blow". */
export function inTheWind(sentence: string): string {
  const caught = sentence.replace(CAUGHT, (_, wind: string) => `blow ${forceOf(wind)}`.trim());
  const text = caught.replace(AIR, (whole, force: string) => ` ${forceOf(force)}`.trimEnd() || whole);
  const [, much = '', blown] = text.match(IN_IT) ?? [];
  if (blown) return `${blown} blow ${/\bbit\b/.test(much) ? 'gently' : forceOf(much)}`.trim();
  const windy = text.match(WINDY);
  const [, thing = '', force = ''] = windy ?? [];
  if (windy && !thing.split(' ').some((_, i, words) => verbAt(words.slice(i), 0) && i > 0))
    return `${thing} blow ${forceOf(text.slice(thing.length) + force)}`.trim();
  return text.replace(BLOWN, (whole, force: string, wind: string, verb: string, thing: string) => {
    const manner = verbAt([verb], 0)?.manner;
    if (verb === 'of' || (!manner && !/s$|ing$/.test(verb) && !/^(?:let|have|make)/.test(whole)))
      return whole;
    const does = manner && manner !== 'move' && manner !== 'ripple' ? verb : 'blow';
    return `${thing} ${does} ${forceOf(force + wind)}`.trim();
  });
}
