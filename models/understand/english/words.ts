import type { Direction, Strength } from '../../types.ts';
import { verbAt } from '../lexicon/verbs.ts';

const set = (words: string) => new Set(words.split(' '));

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
    "(?:i|we)(?:'d|'m| would| was| were| am| will)?(?: (?:be|really|just|so|like|maybe|very|kinda|ever|most|eternally|truly|forever|extremely|over the moon|honou?red))*(?: (?:appreciate|wonder|wondering|hope|hoping|grateful|thankful|obliged|happy|glad|delighted|thrilled|pleased|thinking|asking))(?: it)?(?: (?:very much|a lot|so much))?(?: (?:if|whether|that|when|about))?(?: (?:you|we) (?:could|can|would)?)?\\b ?",
    "(?:(?:it is|it's) )?time (?:for|to)\\b ?",
    "(?:can|could|would|wo|will)n?'t (?:you|we)\\b ?",
    "(?:how about|what about|why not|why don'?t|what if) (?:you|we)\\b ?",
    '(?:can|could|would|will) (?:you|we|u)(?: (?:please|kindly|maybe|just|possibly|also))*\\b[ ,]*',
    "(?:it|you|that)(?:'d| would| will|'ll)(?: really| totally| absolutely)? (?:make my (?:day|week|night)|mean (?:a lot|the world|so much)(?: to me)?)(?: (?:if|to see|to have|when))?(?: (?:you|we) (?:could|can|would|were to)?)?\\b ?",
    '(?:be|would you be|you would be) (?:a|an) (?:dear|darling|love|star|angel|pal|sport|good sport|sweetheart|legend)(?: and|,)?\\b[ ,]*',
    '(?:do|would you do|could you do) (?:me|us) (?:a|one) (?:big |little |small |huge )?favou?r(?: and|,)?\\b[ ,]*',
    "if it(?:'s|s| is|\\s+is)n?'?t? (?:not )?(?:too much|any|no|much) (?:trouble|bother|hassle|work)(?: for you)?[ ,]*",
    '(?:is it|would it be) possible (?:for you )?to\\b ?',
    "(?:i|we)(?:'d| would)(?: really)? (?:like|love|prefer)(?: it)?(?: (?:you|to see|to watch|to have|if you(?: could)?|if|for you|to))*\\b ?",
    "(?:i|we)(?:'d| would)? (?:just |only |really )*(?:want|need|wish|wanna|expect)(?: (?:you|to see|to watch|to have|to|see|it if|that(?= (?:the|my|your|this|a|an)\\b)|it))*\\b ?",
    "let(?:'s| us)(?: (?:see|watch|have|make|try|just|get))*\\b ?",
    'show me(?: how)?\\b ?',
    "(?:how about|what about|why not|why don'?t you|what if)\\b ?",
    'i (?:think|guess|mean|said|say)(?: that| you should| we should)?\\b[ ,]*',
    'you know\\b[ ,]*',
    'try (?:to|and|making|letting)\\b ?',
    "what(?: would|'d) (?:it|this|that|the (?:picture|photo)|they) (?:look|be)(?: like)? (?:if|when|with|were)\\b ?",
    'what (?:happens|would happen) (?:if|when)\\b ?',
    "(?:i|we)(?:'m|'re|'d| am| are| was| were)? (?:just |really |only )*(?:after|looking for|going for|picturing|imagining|thinking of|in the mood for|fancy(?: seeing)?|could (?:do with|use)|could really (?:do with|use)|hoping for|kill for|have in mind)\\b ?",
    '(?:can|could|may|would|will|should|might)\\b ?',
    'go ahead and\\b ?',
  ].join('|')})`,
);

/** Words that say nothing wherever they stand. */
const FILLER =
  /\b(?:please|pls|u+m+|u+h+|e+r+m?|h+m+|mm+|basically|actually|kind of|sort of|you know|i mean|for me|i (?:guess|think|suppose|believe|know|see)|you (?:know|see)|(?:or|and) (?:something|whatever|so|stuff)(?: like that)?|let me (?:think|see)|(?:hang|hold) on|wait(?: a (?:minute|second|moment|sec|bit))?|one (?:second|moment)|what's it called|if you can|if possible|if (?:that|it)(?:'s| is) (?:all right|alright|ok|okay|fine|possible)(?: (?:with|by) you)?|thanks(?: in advance| a lot| so much)?(?: for)?|thank you(?: (?:so|very) much)?(?: for)?|sort-of)\b|\bwould you(?=\s*\??$)|(?<!'d |would |do )\blike(?! (?:a|an|the|crazy|mad|hell|this|that|it|there))\b/g;

/** "The boat, I'd like it to sail": who wants it does not move. */
const FOR_ME =
  /(^|[,.;!] )(?:(?:my|our|the|his|her) )?(?:\w+ )?(?:i|we|he|she|they)(?:'d| would) (?:really )?(?:like|love|want)(?: for)? (?=(?:it|him|her|them|the \w+|my \w+) to\b)/g;

/** Sentences that are turned round, so that the thing stands before its verb. */
const TURNED: [RegExp, string][] = [
  [/\b(?:bring|brings|bringing) (.+?) (?:in)?to life\b/g, 'animate $1'],
  [/\bwhat (.+?) (?:looks?|would look) like (?:when|if|while|as) (?:it|he|she|they)\b/g, '$1'],
  [/\bhow (?=the |that |this |my )/g, ''],
  [FOR_ME, '$1'],
  [
    /\b(?:it|this|that|they|everything) (?:(?:should|ought to|must|has to|needs to|could|to) )?(?:look|seem|appear|feel)s? (?:as if|as though|like) (?=(?:the|my|her|his|their|our|that|this|those) )/g,
    '',
  ],
  // "I'd rather the bird flew than the cat ran"
  [/\b(i'd|i would|we'd) (?:rather|sooner|prefer it if|prefer) (.+?) (?:rather )?than .*$/g, '$1 love $2'],
  [/\b(?:looks?|seems?) (?:like|as if|as though) (it|he|she|they)(?:'s| is| are| was| were)?\b/g, ''],
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

/** "The second sheep from the right" */
const COUNTED =
  /(?<=\b(?:first|second|third|fourth|fifth|\d(?:st|nd|rd|th)|last|next|one|furthest|farthest|closest|nearest)(?: [a-z]+)?) from the (?:far )?(left|right|top|bottom|front|back)\b/;

/** "the dog on the left" -> "the dog", "left" */
export function place(clause: string): { place?: string; rest: string } {
  const counted = clause.match(COUNTED);
  if (counted) return { place: `from the ${counted[1]}`, rest: clause.replace(counted[0], ' ') };
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
  /\b(?:(?<=\b(?:hammer|chat|typ|scribbl|paint|sing|danc|play|work|bark|laugh|munch|cry|clap|wav|talk|chatter|strum|chomp|nibbl|chew|snor|sleep|danc|drum|fiddl|puff|smok|burn|twinkl)\w* )away|(?:from )?side to side|from left to right and back|back(?:wards?)? and for(?:th|wards?)|forwards? and back(?:wards?)?|up and down|to and fro|left and right|in (?:a )?circles?|around in circles|upside down|(?:all )?(?<!\bturn(?:s|ed|ing)? )around|in place|on the spot|up in the air|(?<!\b(?:go|goes|going) )(?:a?round and a?round|over and over(?: again)?|again and again|on and on))\b/;
/** Where what comes from there goes. */
const OPPOSITE: Record<string, Direction> = {
  left: 'right', right: 'left', top: 'down', above: 'down', bottom: 'up', below: 'up', underneath: 'up', back: 'forward', background: 'forward', distance: 'forward', behind: 'forward', afar: 'forward',
}; // biome-ignore format: a table
const PHRASES: [RegExp, (match: RegExpMatchArray) => Direction][] = [
  [
    /\b(?:in |out |over |down |up )?from (?:(?:(?:off )?the |its |his |her )?(?:far )?(left|right|top|bottom|back|background|distance)(?:[- ]hand)?(?: side| edge| end)?|(above|below|underneath|behind|afar)(?! (?:the|an?|that|this|his|her|its|my)\b))(?! to\b)(?: of the (?:picture|image|photo|frame|screen|shot))?\b/,
    (m) => OPPOSITE[m[1] ?? m[2]],
  ],
  [new RegExp(`\\b(?:from )?(?:the )?${SIDES} to (?:the )?${SIDES}\\b`), (m) => NAMES[m[2]]],
  [
    new RegExp(
      `\\b(?:over )?(?:to|towards?|(?:in)?to|for) (?:the|its|his|her|their|your|my)?\\s*(?:far |very )?${SIDES}(?:[- ]hand)?(?: side| edge| corner| bank| shore| lane| end| wall| border)?\\b`,
    ),
    (m) => NAMES[m[1]],
  ],
  [
    /\b(?:(?:closer )?(?:to|towards?|at) (?:me|us|you|the (?:camera|viewer|front|screen|lens)))\b/,
    () => 'forward',
  ],
  [/(?<=\bcom(?:e|es|ing) )(?:over |right )*here\b|\bover here\b/, () => 'forward'],
  [/\b(?:away from (?:me|us|you|the (?:camera|viewer))|into the distance)\b/, () => 'back'],
  [/\b(?:back(?:s|ed|ing)? (?:up|out|off|away)|revers(?:es?|ed|ing))\b/, () => 'back'],
  [
    /\b(?:(?:into|toward|towards|to) the (?:sky|air|stars|heavens|clouds|ceiling)|uphill|upstairs|into (?:outer )?(?:space|orbit))\b/,
    () => 'up',
  ],
  [/\b(?:downhill|downstairs)\b/, () => 'down'],
  [/\bthis way\b/, () => 'forward'],
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
  `\\b(?:like (?:crazy|mad|hell|the clappers|a (?:maniac|madman|rocket|lunatic|shot|dream|storm)|lightning|the wind|nobody'?s business|(?:its|his|her|their) life depend(?:s|ed) on it|billy-?o|anything|there(?:'?s| is) no tomorrow)|as \\w+ as (?:possible|(?:it|he|she|they|you) (?:can|could))|for all (?:it|he|she|they|you)(?:'s|'re| is| are) worth|(?:at|with) (?:a )?(?:full|top|great|all|breakneck|maximum|max|lightning|tremendous|incredible|immense|terrific|warp|high|enormous|considerable) ?(?:its |his |her )?(?:speed|pace|force|might|power|strength|energy|intensity)|with (?:force|vigou?r|energy|enthusiasm)|(?:in (?:a|the) (?:strong|stiff|fierce|heavy|high|howling) (?:wind|breeze|gusts?)|in (?:a|the) (?:gale|storm|hurricane)|flat out|for dear life|hell for leather|to the max|with (?:real|great|utter|sheer|some|lots of|a lot of|so much|much) (?:violence|fury|anger|passion|enthusiasm|vigou?r|energy|force|power|ferocity|abandon|gusto|zest|oomph|verve)|with (?:gusto|abandon|a vengeance|a will|all its heart)|in double-quick time|at the double|as if possessed|full (?:blast|pelt|whack|bore|power|on|speed|tilt|throttle|steam)(?: ahead)?|at full speed|a lot|lots|very much|so much|big time|non-?stop)|(?:really|very|super|so|extremely|ever so) (?:high|far)|${NOT_IN_A_NAME}(?:(?:really|very|super|so|too|quite|extremely) )*(?:hard|harder|fast|faster|strong)|(?:really |very |super |so |extremely )*(?:wildly|violently|strongly|vigorously|quickly|rapidly|furiously|energetically|forcefully|frantically|excitedly|powerfully|intensely|madly|crazily|hugely|enthusiastically|heavily|swiftly|speedily|fiercely|dramatically|strenuously|briskly|ferociously|savagely|boisterously|explosively|manically|wholeheartedly|lustily|loudly|rambunctiously|brutally|mightily|massively|thunderously|passionately|animatedly|exuberantly|greatly|exaggeratedly))\\b`,
);
const GENTLE = new RegExp(
  `\\b(?:(?:just )?(?:a|the) (?:(?:little|tiny|wee|small|teeny|teensy|weeny|itsy|titchy|ickle|mere) )?(?:bit|hint|touch|smidge)(?: of)?|(?:tiny|teeny)(?: tiny)? (?=nod|smile|jump|wave|wiggle|shake|bit)|(?:very |really |just )?(?:a )?(?:subtle|slight|faint|gentle|barely (?:visible|noticeable)|hardly visible)(?= (?:movements?|motions?|smiles?|nod|sway(?:ing)?|wave|shake|breathing|ripples?|wobble|tremble)\\b)|ever so slightly|(?:ever|oh) so (?:gently|softly|slowly)|with (?:(?:great|much|some|a lot of) )?(?:calm|care|tenderness|grace|delicacy|ease|caution)|(?:but )?(?:only |just )?a (?:whisper|trace|suggestion)(?: of)?|taking (?:its|his|her|their) time|in no hurry|unhurriedly|without (?:hurry|rushing)|a (?:smidgen|tad|fraction|whisker|smidge)(?: of)?|at (?:a )?(?:snail'?s|leisurely|slow|gentle|sedate|walking|relaxed|glacial|easy|low) (?:pace|speed)|at a crawl|in slow[ -]mo(?:tion)?|with (?:a )?(?:little|gentle) (?:force|motion|movement)|in (?:a|the) (?:light|gentle|soft|slight|mild|faint) (?:breeze|wind)|(?:only |just )?a little(?=\\s*$|\\s*,|\\s+(?:more|to|towards?|from|up|down|left|right|in|on|and)\\b)|${NOT_IN_A_NAME}(?:(?:really|very|super|so|too|quite) )*(?:slow|slower)|(?:only |just )?(?:really |very |super |so |quite )*(?:slightly|gently|softly|slowly|lightly|subtly|calmly|quietly|faintly|barely|mildly|tenderly|lazily|delicately|peacefully|leisurely|weakly|smoothly|daintily|languidly|drowsily|sleepily|serenely|half-heartedly|timidly|shyly|carefully|cautiously|gingerly|sluggishly|steadily|sedately|idly))\\b`,
);

/** "A bit faster" */
const MORE =
  /\b(?:a (?:touch|bit|little|tad|lot) )?(?:faster|harder|stronger|quicker|wilder|louder|fiercer|more (?:strongly|wildly|energetically|quickly|vigorously|violently|dramatically|powerfully|intensely))\b/;

const BIG = set(
  'massive huge giant enormous big great mighty violent wild gigantic colossal almighty tremendous powerful vigorous heavy energetic hefty monster epic whopping dramatic strong forceful fierce thunderous hard',
);
const SMALL = set(
  'teeny weeny itty-bitty minuscule minimal tiny little small slight subtle faint gentle soft light mild wee mere brief barest half-hearted timid shy weak delicate careful quiet slow lazy',
);
/** "Gives a big wave", "a mighty roar from the lion", "the tiniest of ripples": how large a motion is that is said by a noun. */
const SIZED = [
  /\b(?:giv|do|does|tak|mak|hav|has|let|lets|need|want|perform|with|is|was|just|show|us)(?:\w*)(?: (?:out|like|me|us|it|her|him|them|the \w+|off))* (?:a|an|one|some|another)((?: (?:really|very|super|pretty|quite|truly|single|tiny|little|big|good|old))*) ([\w-]+) (\w+)/,
  /(?:^|[,;] ?)(?:a|an|one|just a)((?: (?:really|very|super|tiny|big))*) ([\w-]+) (\w+)(?= (?:from|by|of|for|to|on)\b|$)/,
  /\b(?:the|its|his|her|their)() (\w+est) (?:of )?(\w+)/,
];

/** How large a motion is, and the text without its size. */
function sized(text: string): { strength: Strength; rest: string } | undefined {
  for (const pattern of SIZED) {
    const [whole, more = '', size = '', noun = ''] = text.match(pattern) ?? [];
    const plain = [
      size,
      size.replace(/est$/, ''),
      size.replace(/est$/, 'e'),
      size.replace(/iest$/, 'y'),
      size.replace(/(.)\1est$/, '$1'),
    ];
    const small = plain.some((word) => SMALL.has(word));
    if (!whole || noun === 'bit' || !(small || plain.some((word) => BIG.has(word))) || !verbAt([noun], 0))
      continue;
    const kept = whole.slice(0, whole.lastIndexOf(size) - more.length).trimEnd();
    return { strength: small ? 'gentle' : 'strong', rest: text.replace(whole, `${kept} ${noun}`) };
  }
  return undefined;
}

/** "Skirt flutter, subtle." */
const ALONE = /^(?:(?:very|really|quite|super|nice and|pretty|all|just|make it|keep it) )*([\w-]+)$/;

export function strength(text: string): { strength?: Strength; rest: string } {
  const [, word = ''] = text.trim().match(ALONE) ?? [];
  if (BIG.has(word) || SMALL.has(word)) return { strength: BIG.has(word) ? 'strong' : 'gentle', rest: '' };
  const size = sized(text);
  if (size) return size;
  if (MORE.test(text)) return { strength: 'strong', rest: text.replace(MORE, ' ') };
  if (GENTLE.test(text)) return { strength: 'gentle', rest: text.replace(GENTLE, ' ') };
  if (STRONG.test(text)) return { strength: 'strong', rest: text.replace(STRONG, ' ') };
  return { rest: text };
}
