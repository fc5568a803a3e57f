import { setGoing } from './machines.ts';
import { withForce } from './more.ts';
import { withoutSimiles } from './similes.ts';
import { inTheWind } from './wind.ts';
import { wishedFor } from './wishes.ts';

/** Who is pointed at needs no name: "the ones I tapped", "whatever is under my finger". */
const POINTING =
  'click|point|tap|mark|select|pick|circle|highlight|touch|outline|ring|brush over|paint over|draw around|chose|chosen|drew around|put my finger';
const CHOSEN = new RegExp(
  `\\b(?:what(?:ever|soever)?|who(?:ever)?|the (?:ones?|things?|bits?|object|subject|spot))(?: (?:that|which|who))?(?: (?:i(?:'ve| have|'m| am)?(?: just)? (?:${POINTING})(?:d|ed|ped|ing)?(?: (?:on|at|over|around|in|there))*|(?:(?:is|are|'s) )?(?:under|below|beneath) (?:my|the) (?:finger|thumb|cursor|pointer|mouse|click|pin|marker)))\\b`,
  'g',
);

/** What is switched on. */
const LIT =
  '((?:the |my |that |those |all )*(?:\\w+ )?(?:\\w*lights?|lamps?|lanterns?|bulbs?|signs?|chandelier|torch|screen|tv))';

/** Where one heads. */
const ONWARD =
  '(?=(?:off |over |straight )?(?:to the |for |into |across |along |in |sky|up|down|forward|home|outside|inside|towards? |left|right|back|away|off|out))';

/** In plain words, for the rules and for the tagger. */
const IDIOMS: [RegExp, string][] = [
  [CHOSEN, 'it'],
  [
    /^(?:(?:make|create|give me|show me|i want|i'd like|do) )?(?:me )?(?:a |an )?(?:(?:short|quick|little|looping|\w+[ -]seconds?) )*(?:gif|clip|video|boomerang|loop|cinemagraph) (?:of|with|where|in which) (?=\w+ \w)/g,
    '',
  ],
  [
    /\b(?:this|that|the) (?:little|tiny|wee|lil|big|cute|fluffy|furry|small) (?:guy|fella|fellow|feller|dude|chap|buddy|critter|beast|creature|beauty|sweetie|cutie)\b(?! (?:in|with|on|who|behind|next)\b)/g,
    'it',
  ],
  [
    /\b(?:these|those|the) (?:little|tiny|wee|lil|big|cute|fluffy|furry|small) (?:guys|fellas|fellows|dudes|chaps|buddies|critters|beasts|creatures|beauties|cuties)\b(?! (?:in|with|on|who|behind|next)\b)/g,
    'them',
  ],
  [
    /\b(\w+) (?:its|his|her|their|your) (?:little )?(?:(?:head|socks|legs?|butt|ass|arse|bum|tail|wings) off|(?:heart|lungs?|guts|brains?) out)\b/g,
    '$1 wildly',
  ],
  [
    /\b(smoke|steam|mist|fog) (?:is |to |should )?(?:curl|spiral|twist|coil)(?:s|ing)?(?: up)?\b/g,
    '$1 rise up',
  ],
  [/(\w+),? (?:which|that) the wind (?:should |can |could |must )?(?=\w)/g, '$1 '],
  [
    /\b(?:go|goes|going) (?:absolutely |totally )?(?:nuts|crazy|wild|bananas|berserk|bonkers|ballistic|mental|all out)(?: with (?:the|its|his|her|that|your)?)?(?= |$|[,.!])/g,
    'move wildly',
  ],
  [/\bpaw(?:s|ing)? (?:at )?(?:the )?(?:ground|dirt|sand|earth|snow|floor)\b/g, 'kick'],
  [
    /(?:'s|\b(?:its|his|her|their|the)) (?:chest|belly|tummy|stomach|sides|flanks|ribs|ribcage) (?:should |to )?(?:gently |slowly |softly )?(?:ris|fall|go|mov|heav|expand|swell)\w*(?: and fall(?:s|ing)?| up and down| in and out)?/g,
    ' breathe',
  ],
  [
    /\bpuff(?:s|ing)? (?:out |up )?(?:its|his|her|their) (?:chest|feathers|cheeks|throat)(?: out| up)?\b/g,
    'breathe',
  ],
  [
    /\b(?:scratch|rub|pat|stroke|touch|comb|brush|wash|wipe|cover|clutch|hold)(?:es|s|ing)? (?:its|his|her|their) (?:own )?(?:head|nose|chin|face|teeth|hair|beard|neck|ears?|eyes?|mouth|arms?|legs?|belly|tummy|back|hands?|knees?)\b/g,
    'move',
  ],
  [
    /\b(?:go|goes|going|move|moves|moving) (?:back and forth|to and fro|(?:from )?side to side|backwards? and forwards?)\b/g,
    'sway',
  ],
  [/\b(fireworks?|firecrackers?|bangers?) (?:go|goes|going|to go) off\b/g, '$1 explode'],
  [/\b(lights?|lamps?|signs?|signals?) (?:to )?chang(?:e|es|ing)(?: colou?rs?)?\b/g, '$1 flash'],
  [/\b(curtains?) (?:to )?(?:part|open|close)(?:s|ing)?\b/g, '$1 move'],
  [/\bto the (?:write|rite|wright)\b/g, 'to the right'],
  [
    /\b(?:poke|stick|pop|crane|thrust|push|lift|put|hold)(?:s|ing)? (its|his|her|their) (?:little )?heads? (?:up|out|through|over|high)(?: of)?\b/g,
    'raise $1 head',
  ],
  [
    /\b(?:pull|tuck|draw|drop|put|bury|stick|hide)(?:s|ing)? (its|his|her|their) (?:little )?heads? (?:in|into|down|back|under|low|away)\b/g,
    'lower $1 head',
  ],
  [
    /\b(?:fill|blast|catch|hit|whip|ruffle|stir|move|shake)(?:s|ing)? ((?:the|my|her|his|its|their) (?:\w+ )?\w+) (?:with|in) (?:the |a |some )?(?:strong |gentle )?(?:wind|breeze)\b/g,
    '$1 blow',
  ],
  [
    /\ball (?:that )?(?:it|he|she|they|the \w+) (?:does|do|should do|has to do|have to do|must do) is (?=\w)/g,
    'it should ',
  ],
  [/\btail (?:fins?|flukes?)\b/g, 'tail'],
  [/\bcarr(?:y|ies|ying) on(?= (?:\w+ing|\w+wards?)\b)/g, 'move'],
  [/\b(?:beat|pound|thump|drum)(?:s|ing)? (?:on )?(?:its|his|her|their) chest\b/g, 'move'],
  [/\b(?:butt|bump|knock|bang)(?:s|ing)? heads\b/g, 'move'],
  [/\bto port\b/g, 'to the left'],
  [/\bto starboard\b/g, 'to the right'],
  [
    /^((?:the |my |all |those )?(?:\w+ )?(?:lights?|lamps?|lanterns?|candles?|signs?|bulbs?)) (?:on|lit)\b/g,
    '$1 light up',
  ],
  [/^((?:the |my )?(?:\w+ )?(?:fans?|engines?|taps?|fountain|turbine|windmill|carousel)) on\b/g, '$1 run'],
  [/^((?:the |my )?(?:\w+ )?wipers?) on\b/g, '$1 swing'],
  [/[, ]+(?:cheers|ta|thx|ty|much appreciated)[.! ]*$/g, ''],
  [
    /\b(?:tak|hold)(?:e|es|ing|s)? (?:a |its |his |her |their )(?:very )?(?:deep |long |big )?breath\b/g,
    'breathe',
  ],
  [/ from ear to ear\b/g, ''],
  [
    /(?<=\b(?!please|you|to|and|then|just|now|let|make)\w+ )turn(?:s|ing)? (?=(?:the|an?|his|her|its|their) (?:pages?|key|handle|knob|dial|crank|steering wheel)\b)/g,
    'move with ',
  ],
  [/\b(waves?|surf|breakers) break(?:s|ing)?\b/g, '$1 ripple'],
  [/\b(clouds?) (?:gather|part)(?:s|ing)?\b/g, '$1 drift'],
  [/\b(drums?) beat(?:s|ing)?\b/g, '$1 shake'],
  [/\b(hearts?) beat(?:s|ing)?\b/g, '$1 breathe'],
  [
    /\b(?:lower|bend|dip|put)(?:s|ing)? (?:its|his|her|their) heads? (?:down )?(?:and|to) (?=(?:eat|drink|graze|sniff|peck|feed|munch)\w*)/g,
    '',
  ],
  [
    /\b(?:start|rev)(?:s|ed|ing)?(?: up)? the (?:engine|motor)s?(?: of|(?= on)) ((?:the|that|this|my|our) \w+)/g,
    'make $1 drive',
  ],
  // Machines and fountains run, lights light up.
  [
    /\b(?:(?:turn|switch|power|start|fire)(?:s|ed|ing)? (?:on|up) (?=(?:the|a|that|this|my|our) )|(?:turn|switch|power|start)(?:s|ed|ing)? (?=(?:the|a|that|this|my|our) (?:\w+ ){1,3}(?:on|up)\b))((?:the|a|that|this|my|our) (?:\w+ )?(?:\w+?))(?: (?:on|up))?(?= (?:please|now|gently|slowly|for me)\b|[,.!?;]|$| and\b)/g,
    'make $1 run',
  ],
  [
    /\b(?:start|set|get|keep|kick|spring|burst|whirr?|roar)(?:s|ing)? (?:off )?((?:the|a|an|that|this|my|our|it|him|her|them)(?: \w+){0,3} )?(?:in)?(?:to) (?:action|gear|life|motion)\b/g,
    'animate $1',
  ],
  [
    /\b(?:bust(?:s|ing)?(?: out)?|throw(?:s|ing)?|show(?:s|ing)? off) (?:(?:some|a few|his|her|its|their|the|a couple of|those) )?(?:\w+ )?(?:moves|shapes)\b/g,
    'dance',
  ],
  [
    /\b(?:shake|shakes|shaking) (?:a leg|(?:its|his|her|their|that) (?:booty|bum|butt|thing|hips|bottom|tush|rump|behind|backside|stuff))\b/g,
    'dance',
  ],
  [
    /\bget(?:s|ting)? (?:down and boogie|(?:its|his|her|their) groove on|jiggy|funky|down to the music)\b/g,
    'dance',
  ],
  [
    /\b(?:look|looks|looking|glance|glances|glancing|peek|peeks|peeking) (?:back )?over (?:its|his|her|their|one|the) (?:left |right )?shoulders?\b/g,
    'turn the head',
  ],
  [
    /\b(?:look|looks|looking|glance|glances|face|faces|facing|turn|turns) (?:the other way|behind (?:it|him|her|them)(?:self|selves)?|away)\b/g,
    'turn the head',
  ],
  [/\b(sun|moon) (?:sets?|setting|to set)\b/g, '$1 fall'],
  [/\b(?:nothing|nobody|no one|none) (?:but|except|besides)\b/g, 'only'],
  // "Nothing should move but her hair"
  [
    /\b(?:nothing|nobody|no one|none of (?:them|it)|not a thing) (?:else )?(?:(?:should|shall|must|may|can|is to|is allowed to|gets to|has to|needs to|to) )?(?:moves?|moving|stirs?|happens?|budges?)(?: at all| here| there)?,? (?:but|except(?: for)?|apart from|other than|besides|save)(?: for)? /g,
    'only move ',
  ],
  [/\brain(s|ing)? cats and dogs\b/g, 'rain$1 heavily'],
  [/^(?:heads?|chins?) (?:up|high)\b/g, 'raise the head,'],
  [/^(?:heads?|chins?) down\b/g, 'lower the head,'],
  [/^(?:(?:get |up |back |everyone )*)on (?:your|its|his|her|their) (?:hind )?feet\b/g, 'stand up'],
  // "I'm after a bit of movement in the grass"
  [
    /\b(?:(a (?:little |tiny )?(?:bit|hint|touch)|a little|some|more|any) (?:of )?)(?:movement|motion|life) (?:in|on|for|to|from|into) ((?:the|her|his|its|my|their|that|those|these|our) (?:\w+ )?\w+)/g,
    'make $2 move $1',
  ],
  // "Wake that lazy cat up"
  [
    /\b(wake|waking|wakes|perk|prop|sit|cheer|liven|jazz) ((?:the|that|this|my|an?|his|her|its|those|these) (?:\w+ )?\w+|him|her|it|them) up\b/g,
    '$1 up $2',
  ],
  // "Don't let him stop dancing"
  [
    /\b(?:don'?t|do not|never) (?:let|allow|have) ((?:(?:the|an?|my|that|this|his|her|those|these|our) )?(?:\w+ )?\w+) (?:to )?(?:stop|quit|cease|finish) (?=\w+ing\b)/g,
    'let $1 keep ',
  ],
  [
    /\b(?:(?:do|should|must)n'?t|do not|should not|must not|(?:should |must )?never) (?:ever )?(?:stop|quit|cease) (?=\w+ing\b)/g,
    'should keep ',
  ],
  // "Swing the door open", "kick the gate open"
  [
    /\b((?:swing|push|pull|slide|ease|nudge)(?:s|ed|ing)? (?:the|that|this|my|an?|both|those|its|his|her) (?:\w+ )?\w+) (?:wide )?(?:open|shut|closed|ajar)\b/g,
    '$1',
  ],
  [
    /\b(?:throw|kick|fling|blow|crack|knock|slam|creak)(?:s|ed|ing)? ((?:the|that|this|my|an?|both|those|its|his|her) (?:\w+ )?\w+) (?:wide )?(?:open|shut|closed|ajar)\b/g,
    'move $1',
  ],
  [/\b(slid|swing)(e|es|s|ing)?(?: wide)? (?:open|shut|closed|ajar)\b/g, '$1$2'],
  [
    /\b(?:creak|fly|flies|burst|bang|slam|pop|snap|ease)(?:s|es|ing)?(?: wide)? (?:open|shut|closed|ajar)\b/g,
    'move',
  ],
  // "Set the logs ablaze"
  [
    /\b(?:set|light|put)(?:s|ting)? ((?:(?:the|that|this|my|those|these|some|a|an) )?(?:\w+ )?\w+) (?:ablaze|alight|aflame|afire|on fire|aglow)\b/g,
    'ignite $1',
  ],
  [
    /\b(?:going|goes|go|burst|bursts|bursting|catches|catch|get|gets) (?:up )?(?:in(?:to)? flames|on fire|ablaze|alight|aflame)\b/g,
    'burn',
  ],
  [/\b(?:burst|break|erupt|bust)(?:s|ing)? (?:in)?(?:to|out) (?:a |an |the )?(\w+)/g, 'start $1'],
  [new RegExp(`(?<!\\b(?:its|his|her|their|the|your|a)(?: \\w+)? |'s )\\bhead ${ONWARD}`, 'g'), 'go '],
  [new RegExp(`(?<!\\b(?:its|his|her|their|two|both|all) |'s )\\bhead(?:s|ed|ing) ${ONWARD}`, 'g'), 'go '],
  [
    /\b(?:crack|shed|let out|take|have|do)(?:s|es|ing)? (?:a|an|some) (?=(?:\w+ )?(?:smile|grin|tear|laugh|bow|nap|stroll|walk|leap|jump|twirl|spin|flip|somersault|stretch|yawn|sigh|dance|run|swim|wave|nod|sip|bite|dip)\b)/g,
    '',
  ],
  [/\b(?:in )?tears\b(?! (?:\w+ )?(?:fall|run|roll|flow|stream|drip|drop|trickle|slide|pour|well))/g, 'cry'],
  [/\btail feathers?\b/g, 'tail'],
  // Said of a mouth, and of a thing alone, it is that which opens.
  [
    /(?<=\b(?!please|you|to|and|then|just|now|let|make)\w+ )open(?:s|ing)? (?=(?:the|an?|his|her|its|their|my|that|this) (?:\w+ )?(?:doors?|windows?|gate|box|book|umbrella|gift|presents?|curtains?|drawer|lid|bag|letter|suitcase|bottle|cage|fridge|chest|parcel|card)\b)/g,
    'move with ',
  ],
  [/\b(sun|moon) (?:(?:com|go)(?:es|ing|e)?|to come|to go) (?:up|out)\b/g, '$1 rise'],
  [
    /\b(clouds?|mist|fog) (?:should |to )?(?:roll(?:s|ing)? (?:in|by|past)|pass(?:es|ing)?(?: (?:by|past|over|across|overhead))?)\b/g,
    '$1 drift',
  ],
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
  // "All the horses but the white one"
  [
    /\b(all (?:of )?(?:the )?\w+) (?:but|except|apart from|other than)(?: for)? (?:the|that|this|my) \w+ one\b/g,
    '$1',
  ],
  // "First the cat jumps, then the dog."
  [/,? (?:and )?then ((?:the|a|an|my|that) [a-z]+)(?=[.!]*$)/g, ' and $1 too'],
  [/\b(?:show|bare)(?:s|ing)? (its|his|her|their) teeth\b/g, 'open $1 mouth'],
  [/\b(?:mak|pull)(?:e|es|s|ing)? (?:a )?(?:funny |silly )?faces?\b/g, 'open the mouth'],
  [/\b(?:(?:giv|do)(?:e|es|ing)? )?(?:us |me )?(?:a |the )?thumbs[ -]up\b/g, 'wave'],
  [/\bblow(?:s|ing)? (?:a |us a |me a |some )?kiss(?:es)?\b/g, 'wave'],
  [
    /\bblow(?:s|ing)? (?=(?:out |up )?(?:(?:the|a|some|his|her|their) )?(?:bubbles?|candles?|balloons?|nose|whistle|horn|trumpet)\b)/g,
    'breathe out ',
  ],
  [/\b(?:hind|front|fore) (?=legs?\b|paws?\b|feet\b|hoo)/g, ''],
  [/\bback ((?:the|that|this|my|our|your) (?:\w+ ){1,2}?)(?:up|away|off)\b/g, 'reverse $1'],
];

export const plainEnglish = (text: string): string =>
  IDIOMS.reduce(
    (plain, [from, to]) => plain.replace(from, to),
    setGoing(inTheWind(withForce(withoutSimiles(wishedFor(text))))),
  );
