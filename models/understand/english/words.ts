import type { Direction, Strength } from '../../types.ts';

/** What people say before the command itself; some of it is spelt like a question. */
const LEAD_IN = new RegExp(
  `^(?:${[
    '(?:ok|okay|hey|hi|hello|yo|oh|alright|right|so|now|well|and|but|or|then|also|next|finally|please|pls|kindly|maybe|perhaps|just|only|instead|simply|actually|yeah|yep|yes|yup|sure|cool|great|listen|waggle|computer)(?: there| waggle)?\\b(?! of\\b)[ ,!.:]*',
    '(?:no|nah|dude|buddy|mate|man|bro|first|second)\\b(?=[,!.]|$)[ ,!.]*',
    "(?:sir|madam|ma'am|folks)\\b[ ,!.]*",
    '(?:mommy|mummy|mum|mom|daddy|dad|grandma|grandpa|nana|teacher|alexa|siri)(?=,? (?:make|can you|could you|let|please|get|have|i want|i wanna)\\b)[ ,]*',
    '(?:first|second)(?= (?:the|make|let|have|get)\\b)',
    '(?:u+m+|u+h+|e+r+m?|h+m+|a+h+)\\b[ ,.]*',
    '(?:would|do) you mind\\b[ ,]*',
    '(?:would|could|will|can) you be (?:\\w+ ){1,3}?(?:as )?to\\b ?',
    'if you (?:would|could)(?: please)?(?: be so kind as to)?\\b ?',
    '(?:may|might|can|could) i (?:please )?(?:ask|trouble|bother|get|have) you (?:to|for)\\b ?',
    'do you think (?:you|we) (?:could|can|might)(?: possibly)?\\b ?',
    '(?:come|go) on\\b[ ,]*',
    'be (?:so|as) (?:good|kind|nice) as to\\b ?',
    'when you (?:get|have)[^,]*,[ ]*',
    "it(?:'d| would|'ll| will) be (?:\\w+ ){1,4}?(?:if|when|to see|to have|to)(?: (?:you|we) (?:could|can|would)?)?\\b ?",
    "(?:i|we)(?:'d|'m| would| was| were| am| will)?(?: (?:be|really|just|so|like|maybe|very|kinda))*(?: (?:appreciate|wonder|wondering|hope|hoping|grateful|happy|glad|delighted|thinking|asking))(?: it)?(?: (?:very much|a lot|so much))?(?: (?:if|whether|that|when|about))?(?: (?:you|we) (?:could|can|would)?)?\\b ?",
    "(?:(?:it is|it's) )?time (?:for|to)\\b ?",
    "(?:can|could|would|wo|will)n?'t (?:you|we)\\b ?",
    "(?:how about|what about|why not|why don'?t|what if) (?:you|we)\\b ?",
    '(?:can|could|would|will) (?:you|we|u)(?: (?:please|kindly|maybe|just|possibly|also))*\\b[ ,]*',
    '(?:is it|would it be) possible (?:for you )?to\\b ?',
    "(?:i|we)(?:'d| would)(?: really)? (?:like|love|prefer)(?: it)?(?: (?:you|to see|to watch|to have|if you(?: could)?|if|for you|to))*\\b ?",
    "(?:i|we)(?:'d| would)? (?:just |only |really )*(?:want|need|wish|wanna|expect)(?: (?:you|to see|to watch|to have|to|see|it if|that(?= (?:the|my|your|this|a|an)\\b)|it))*\\b ?",
    "let(?:'s| us)(?: (?:see|watch|have|make|try|just|get))*\\b ?",
    'show me(?: how)?\\b ?',
    "(?:how about|what about|why not|why don'?t you|what if)\\b ?",
    'i (?:think|guess|mean|said|say)(?: that| you should| we should)?\\b[ ,]*',
    'you know\\b[ ,]*',
    'try (?:to|and|making|letting)\\b ?',
    '(?:can|could|may|would|will|should|might)\\b ?',
    'go ahead and\\b ?',
  ].join('|')})`,
);

/** Words that say nothing wherever they stand. */
const FILLER =
  /\b(?:please|pls|u+m+|u+h+|e+r+m?|h+m+|mm+|basically|actually|kind of|sort of|you know|i mean|for me|i (?:guess|think|suppose|believe|know|see)|you (?:know|see)|(?:or|and) (?:something|whatever|so|stuff)(?: like that)?|let me (?:think|see)|(?:hang|hold) on|wait(?: a (?:minute|second|moment|sec|bit))?|one (?:second|moment)|what's it called|if you can|if possible|if (?:that|it)(?:'s| is) (?:all right|alright|ok|okay|fine|possible)(?: (?:with|by) you)?|thanks(?: in advance| a lot| so much)?(?: for)?|thank you(?: (?:so|very) much)?(?: for)?|sort-of)\b|\bwould you(?=\s*\??$)|(?<!'d |would |do )\blike(?! (?:a|an|the|crazy|mad|hell|this|that|it|there))\b/g;

/** What is switched on. */
const LIT =
  '((?:the |my |that |those |all )*(?:\\w+ )?(?:\\w*lights?|lamps?|lanterns?|bulbs?|signs?|chandelier|torch|screen|tv))';

/** Idioms in plain words, for the rules and for the tagger. */
const IDIOMS: [RegExp, string][] = [
  [/\b(sun|moon) (?:sets?|setting|to set)\b/g, '$1 fall'],
  [/\b(?:nothing|nobody|no one|none) (?:but|except|besides)\b/g, 'only'],
  [/\b(?:burst|break|erupt|bust)(?:s|ing)? (?:in)?(?:to|out) (?:a |an |the )?(\w+)/g, 'start $1'],
  [
    /(?<!\b(?:its|his|her|their|the|your|a)(?: \w+)? |'s )\bhead(?:s|ed|ing)? (?=(?:off |over )?(?:to the |towards? |left|right|up|down|back|away|forward|off|out))/g,
    'go ',
  ],
  [
    /\b(?:crack|shed|let out|take|have|do)(?:s|es|ing)? (?:a|an|some) (?=(?:\w+ )?(?:smile|grin|tear|laugh|bow|nap|stroll|walk|leap|jump|twirl|spin|flip|somersault|stretch|yawn|sigh|dance|run|swim|wave|nod|sip|bite|dip)\b)/g,
    '',
  ],
  [/\b(?:in )?tears\b/g, 'cry'],
  [/\btail feathers?\b/g, 'tail'],
  // Said of a mouth, and of a thing alone, it is that which opens.
  [
    /(?<=\b(?!please|you|to|and|then|just|now|let|make)\w+ )open(?:s|ing)? (?=(?:the|an?|his|her|its|their|my|that|this) (?:\w+ )?(?:doors?|windows?|gate|box|book|umbrella|gift|presents?|curtains?|drawer|lid|bag|letter|suitcase|bottle|cage|fridge|chest|parcel|card)\b)/g,
    'move with ',
  ],
  [/\b(sun|moon) (?:(?:com|go)(?:es|ing|e)?|to come|to go) (?:up|out)\b/g, '$1 rise'],
  [/\b(clouds?|mist|fog) roll(?:s|ing)? (?:in|by|past)\b/g, '$1 drift'],
  [/\b(sun|moon) (?:go(?:es|ing)?|to go) down\b/g, '$1 fall'],
  [new RegExp(`\\b(?:turn|switch|put)(?:s|ed|ing)? (?:on ${LIT}|${LIT} on)\\b`, 'g'), '$1$2 light up'],
  [
    /\blight(?:s|ing)? (?=(?:the|a|that|those|these|all|my|our) (?:\w+ )?(?:candles?|lanterns?|fire|campfire|torch|lamps?|fireplace|stove)\b)/g,
    'ignite ',
  ],
  [
    /\bstick(?:s|ing)? (?:out (its|his|her|their|the) tongues?|(its|his|her|their|the) tongues? out)\b/g,
    'open $1$2 mouth',
  ],
  [/\b(?:show|bare)(?:s|ing)? (its|his|her|their) teeth\b/g, 'open $1 mouth'],
  [/\b(?:mak|pull)(?:e|es|s|ing)? (?:a )?(?:funny |silly )?faces?\b/g, 'open the mouth'],
  [/\b(?:(?:giv|do)(?:e|es|ing)? )?(?:us |me )?(?:a |the )?thumbs[ -]up\b/g, 'wave'],
  [/\bblow(?:s|ing)? (?:a |us a |me a |some )?kiss(?:es)?\b/g, 'wave'],
  [
    /\bblow(?:s|ing)? (?=(?:out |up )?(?:(?:the|a|some|his|her|their) )?(?:bubbles?|candles?|balloons?|nose|whistle|horn|trumpet)\b)/g,
    'breathe out ',
  ],
  [
    /^(?:an? |the |some )?(?:\w+ )?(?:wind|breeze) (?:on|in|through|over|across) ((?:the |this |that |my |our )?\w+(?: \w+)?)$/,
    '$1 blow',
  ],
  [/\b(?:hind|front|fore) (?=legs?\b|paws?\b|feet\b|hoo)/g, ''],
  [/\bback ((?:the|that|this|my|our|your) (?:\w+ ){1,2}?)(?:up|away|off)\b/g, 'reverse $1'],
];

export const plainEnglish = (text: string): string =>
  IDIOMS.reduce((plain, [from, to]) => plain.replace(from, to), text);

/** "My daughter would love to see the dog run", "grandma says the boat should sail": who wants it does not move. */
const FOR_OTHERS =
  /(^|[,.;!] )(?:(?:my|our|the|his|her) )?\w+ (?:(?:always|really|just) )?(?:says?|said|thinks?|reckons?|insists?|(?:wants?|wishes|wished|asks?|asked|hopes?|hoped|would (?:really )?(?:like|love)|loves?|begs|begged|is asking|was hoping)(?: (?:for|that|if|to (?:see|watch|have|get)))?) (?:that )?(?=(?:the|my|our|an?|this|that) \w+ \w)/g;

/** Sentences that are turned round, so that the thing stands before its verb. */
const TURNED: [RegExp, string][] = [
  [/\b(?:bring|brings|bringing) (.+?) (?:in)?to life\b/g, 'animate $1'],
  [/\bwhat (.+?) (?:looks?|would look) like (?:when|if|while|as) (?:it|he|she|they)\b/g, '$1'],
  [/\bhow (?=the |that |this |my )/g, ''],
  [FOR_OTHERS, '$1'],
  [/\b(?:looks?|seems?) (?:like|as if|as though) (it|he|she|they)(?:'s| is| are| was| were)?\b/g, ''],
  [
    /\b(?:what|the one|the thing) (?:that )?i(?:'ve| have)? (?:click|point|tap|mark|select|pick|circle)(?:ed)?(?: on| at)?\b/g,
    'it',
  ],
  [
    /\b(?:that|this|it|which) looks? (?:so |very |really )?(?:great|good|nice|lovely|amazing|cool|fine|perfect)\b/g,
    '',
  ],
];

/** Takes politeness and hesitation off. */
export function stripManners(text: string): string {
  let rest = TURNED.reduce((turned, [from, to]) => turned.replace(from, to), text)
    .replace(FILLER, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([,.!?])/g, '$1')
    .replace(/^[ ,.!?:]+/, '')
    .trim();
  for (let match = rest.match(LEAD_IN); match?.[0]; match = rest.match(LEAD_IN))
    rest = rest.slice(match[0].length).replace(/^[ ,.!?:]+/, '');
  return rest;
}

const SIDE =
  '(?:far )?(?:left|right|top|bottom|front|back|middle|center|centre|foreground|background|corner)';
const PLACE = new RegExp(
  `\\b(?:(?:which|that|who) (?:is|are|'s) )?(?:on|at|in) (?:the|its|your|my) (${SIDE})(?:[- ]hand)?(?: side| part| edge| half)?(?: of the (?:picture|image|photo|frame|screen))?\\b`,
);

/** "the dog on the left" -> "the dog", "left" */
export function place(clause: string): { place?: string; rest: string } {
  const match = clause.match(PLACE);
  if (!match) return { rest: clause };
  return { place: `on the ${match[1]}`, rest: clause.replace(PLACE, ' ') };
}

const SIDES = '(left|right|top|bottom|front|back|up|down)';
const NAMES: Record<string, Direction> = {
  left: 'left', right: 'right', up: 'up', top: 'up', upward: 'up', skyward: 'up', down: 'down', bottom: 'down', downward: 'down',
  forward: 'forward', front: 'forward', ahead: 'forward', closer: 'forward', nearer: 'forward', back: 'back', backward: 'back', away: 'back',
}; // biome-ignore format: a list

/** Motions both ways have no direction. */
const BOTH_WAYS =
  /\b(?:(?:from )?side to side|from left to right and back|back(?:wards?)? and for(?:th|wards?)|forwards? and back(?:wards?)?|up and down|to and fro|left and right|in (?:a )?circles?|around in circles|upside down|(?:all )?(?<!\bturn(?:s|ed|ing)? )around|in place|on the spot|up in the air)\b/;
const PHRASES: [RegExp, (match: RegExpMatchArray) => Direction][] = [
  [new RegExp(`\\b(?:from )?(?:the )?${SIDES} to (?:the )?${SIDES}\\b`), (m) => NAMES[m[2]]],
  [
    new RegExp(
      `\\b(?:to|towards?) (?:the|its|his|her|their|your|my)?\\s*${SIDES}(?:[- ]hand)?(?: side| edge| corner)?\\b`,
    ),
    (m) => NAMES[m[1]],
  ],
  [
    /\b(?:(?:closer )?(?:to|towards?|at) (?:me|us|you|the (?:camera|viewer|front|screen|lens)))\b/,
    () => 'forward',
  ],
  [/(?<=\bcom(?:e|es|ing) )(?:over |right )*here\b|\bover here\b/, () => 'forward'],
  [/\b(?:away from (?:me|us|you|the (?:camera|viewer))|into the distance)\b/, () => 'back'],
  [/\b(?:back(?:s|ed|ing)? up|revers(?:es?|ed|ing))\b/, () => 'back'],
  [/\b(?:into|toward|towards|to) the (?:sky|air)\b/, () => 'up'],
  [/\b(?:to|towards|onto) the (?:ground|floor)\b/, () => 'down'],
  [
    /\b(up|down)(?= (?:the|a|that|this|its|his|her) (?!(?:\w+ )?(?:street|road|lane|path|track|aisle|hall|river|beach|stairwell)\b))/,
    (m) => NAMES[m[1]],
  ],
  [/\b(?:ever |even )?higher\b(?! (?:than|jump))/, () => 'up'],
  [
    /\b(left|right|up|down|for|back|sky)wards?\b/,
    (m) => NAMES[m[1] === 'for' ? 'forward' : m[1] === 'sky' ? 'up' : m[1]],
  ],
];
const BARE =
  /\b(left|right|up|down|forward|ahead|(?<!\b(?:its|his|her|their|my|your|the) )back|away|closer|nearer)\b/;

/** Phrases of direction before the words are grouped; with `bare` also single words, once verbs have taken theirs. */
export function direction(text: string, { bare = false } = {}): { direction?: Direction; rest: string } {
  const rest = text.replace(BOTH_WAYS, ' ');
  for (const [pattern, name] of PHRASES) {
    const match = rest.match(pattern);
    if (match) return { direction: name(match), rest: rest.replace(pattern, ' ') };
  }
  const match = bare ? rest.match(BARE) : null;
  return match ? { direction: NAMES[match[1]], rest: rest.replaceAll(new RegExp(BARE, 'g'), ' ') } : { rest };
}

const NOT_IN_A_NAME = '(?<!\\b(?:the|an?|this|that|my|your|its|his|her) )';
const STRONG = new RegExp(
  `\\b(?:like (?:crazy|mad|hell|there'?s no tomorrow)|as (?:hard|fast|much|strongly|wildly|quickly) as (?:possible|(?:it|he|she|they|you) (?:can|could))|(?:at|with) (?:full|top|great|all) ?(?:its |his |her )?(?:speed|force|might|power|strength|energy)|with (?:force|vigou?r|energy|enthusiasm)|(?:flat out|full (?:speed|tilt|throttle|steam)(?: ahead)?|at full speed|a lot|lots|very much|so much|big time|non-?stop)|(?:really|very|super|so|extremely|ever so) (?:high|far)|${NOT_IN_A_NAME}(?:(?:really|very|super|so|too|quite|extremely) )*(?:hard|harder|fast|faster|strong)|(?:really |very |super |so |extremely )*(?:wildly|violently|strongly|vigorously|quickly|rapidly|furiously|energetically|forcefully|frantically|excitedly|powerfully|intensely|madly|crazily|hugely|enthusiastically|heavily|swiftly|speedily|fiercely|dramatically|strenuously|briskly|greatly|exaggeratedly))\\b`,
);
const GENTLE = new RegExp(
  `\\b(?:(?:just )?(?:a|the) (?:(?:little|tiny|wee|small|teeny) )?(?:bit|hint|touch|smidge)(?: of)?|(?:tiny|teeny)(?: tiny)? (?=nod|smile|jump|wave|wiggle|shake|bit)|(?:very |really |just )?(?:a )?(?:subtle|slight|faint|gentle|barely (?:visible|noticeable)|hardly visible)(?= (?:movements?|motions?|smiles?|nod|sway(?:ing)?|wave|shake|breathing|ripples?|wobble|tremble)\\b)|ever so slightly|with (?:a )?(?:little|gentle) (?:force|motion|movement)|(?:only |just )?a little(?=\\s*$|\\s*,|\\s+(?:more|to|towards?|from|up|down|left|right|in|on|and)\\b)|${NOT_IN_A_NAME}(?:(?:really|very|super|so|too|quite) )*(?:slow|slower)|(?:only |just )?(?:really |very |super |so |quite )*(?:slightly|gently|softly|slowly|lightly|subtly|calmly|quietly|faintly|barely|mildly|tenderly|lazily|delicately|peacefully|leisurely|weakly|smoothly))\\b`,
);

export function strength(text: string): { strength?: Strength; rest: string } {
  if (GENTLE.test(text)) return { strength: 'gentle', rest: text.replace(GENTLE, ' ') };
  if (STRONG.test(text)) return { strength: 'strong', rest: text.replace(STRONG, ' ') };
  return { rest: text };
}
