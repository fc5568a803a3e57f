import { PipelineError } from '../errors.ts';
import type { Action, Command, Language } from '../types.ts';
import { parseChinese } from './chinese/parse.ts';
import { asksChinese, remarks } from './chinese/talk.ts';
import { choose, chooseAsked } from './choice.ts';
import { isEditing } from './editing.ts';
import { asksEnglish, parseEnglish } from './english/parse.ts';
import type { Understander } from './index.ts';
import { inEnglish } from './mixed.ts';
import type { Parsed } from './parsed.ts';
import { promptOf } from './prompt.ts';
import { settled } from './settled.ts';
import { meansSeveral } from './several.ts';
import { createTagger, parseTagged } from './tagger/index.ts';
import { whichOf } from './which.ts';

/** Sentences that are understood less surely than this are refused. */
export const THRESHOLD = 0.45;

/** Opens the tagger; the dictionaries are read when they are first needed (.2 s), after that a sentence takes some milliseconds. */
export async function createUnderstander(): Promise<Understander> {
  const tagger = await createTagger();
  return {
    async understand(text, { language = languageOf(text), seen = [] }) {
      const english = language === 'zh' ? inEnglish(text) : text;
      const [sentence, spoken] = english === undefined ? [text, CHINESE] : [english, ENGLISH];
      const reading = await parseTagged(tagger, sentence, spoken.language, seen);
      const parsed = spoken.asks(sentence)
        ? chooseAsked(reading, sentence)
        : choose(spoken.parse(sentence, seen), reading, sentence, seen);
      const idle = isEditing(sentence) || spoken.remarks(sentence);
      const ends = new Map<string, number>();
      const [first, ...also] = (idle ? [] : parsed).flatMap(
        (one) => commandOf(one, text, language, ends) ?? [],
      );
      if (!first) throw notACommand(text, language, parsed[0]);
      return also.length > 0 ? { ...first, also } : first;
    },
  };
}

/** Who does these stays where he is: to wave at us is not to come nearer. */
const FIXED: ReadonlySet<Action> = new Set([
  'wave', 'smile', 'laugh', 'cry', 'talk', 'blink', 'clap', 'nod', 'shake-head', 'raise-head', 'lower-head', 'wiggle-ears', 'eat', 'sit-down', 'lie-down', 'stand-up', 'breathe', 'shiver', 'bloom', 'burn', 'twinkle',
]); // biome-ignore format: a list

const ENGLISH = { language: 'en', asks: asksEnglish, parse: parseEnglish, remarks: () => false } as const;
const CHINESE = { language: 'zh', asks: asksChinese, parse: parseChinese, remarks } as const;

/**
 * Undefined where it is not sure enough, or says no motion of ours.
 * @param ends where the last thing of each kind ends in the text: "the red car drives, the blue car shakes"
 */
function commandOf(
  parsed: Parsed,
  text: string,
  language: Language,
  ends: Map<string, number>,
): Command | undefined {
  const action = settled(parsed);
  const { strength = 'normal', confidence } = parsed;
  if (!action || confidence < THRESHOLD) return undefined;
  const direction = FIXED.has(action) ? undefined : parsed.direction;
  const several = parsed.object && meansSeveral(text, parsed.object.text);
  const object = several ? { ...parsed.object!, several } : parsed.object;
  const name = object?.text;
  const told = object ? undefined : parsed.where;
  const kind = object?.label ?? name ?? '';
  const { which, end } = whichOf(text, { name, told, from: ends.get(kind), label: object?.label });
  ends.set(kind, end);
  const command = { object, ...(which && { which }), action, direction, strength };
  return { language, text, ...command, prompt: promptOf(command), confidence };
}

const languageOf = (text: string): Language => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en');

function notACommand(text: string, language: Language, parsed?: Parsed): PipelineError {
  const understood = parsed && {
    object: parsed.object,
    action: settled(parsed),
    confidence: parsed.confidence,
  };
  return new PipelineError(
    'not_a_command',
    {
      en: `"${text}" does not say what should move and how. Say for example "make the dog wag its tail".`,
      zh: `“${text}”没有说明要让什么怎么动。例如可以说“让狗摇尾巴”。`,
    },
    { seen: { text, language, ...(understood && { understood }) } },
  );
}
