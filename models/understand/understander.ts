import { PipelineError } from '../errors.ts';
import { findLabel } from '../labels.ts';
import type { Action, Command, Language } from '../types.ts';
import { parseChinese } from './chinese.ts';
import { parseEnglish } from './english.ts';
import type { Understander } from './index.ts';
import { actionOf } from './lexicon.ts';
import { inEnglish } from './mixed.ts';
import { isCreature, isNoun, isPhysical } from './nouns.ts';
import type { Parsed } from './parsed.ts';
import { promptOf } from './prompt.ts';
import { meansSeveral } from './several.ts';
import { createTagger, parseTagged } from './tagger/index.ts';

/** Sentences that are understood less surely than this are refused. */
export const THRESHOLD = 0.45;

/** Opens the tagger; the dictionaries are read when they are first needed (.2 s), after that a sentence takes some milliseconds. */
export async function createUnderstander(): Promise<Understander> {
  const tagger = await createTagger();
  return {
    async understand(text, { language = languageOf(text), seen = [] }) {
      const english = language === 'zh' ? inEnglish(text) : text;
      const rules = english === undefined ? parseChinese(text, seen) : parseEnglish(english, seen);
      const policy = process.env.POLICY ?? 'rules';
      const tagged = await parseTagged(tagger, english ?? text, english === undefined, seen);
      const parsed = policy === 'rules' ? rules : policy === 'tagged' ? tagged : choose(rules, tagged);
      const [first, ...also] = parsed.flatMap((one) => commandOf(one, text, language) ?? []);
      if (!first) throw notACommand(text, language, parsed[0]);
      return also.length > 0 ? { ...first, also } : first;
    },
  };
}

/** Undefined where it is not sure enough, or says no motion of ours. */
function commandOf(parsed: Parsed, text: string, language: Language): Command | undefined {
  const action = settled(parsed);
  const { direction, strength = 'normal', confidence } = parsed;
  if (!action || confidence < THRESHOLD) return undefined;
  const several = parsed.object && meansSeveral(text, parsed.object.text);
  const object = several ? { ...parsed.object!, several } : parsed.object;
  const command = { object, action, direction, strength };
  return { language, text, ...command, prompt: promptOf(command), confidence };
}

const W = JSON.parse(process.env.W ?? '{}');
const value = (parsed: Parsed[]): number => {
  if (parsed.length === 0) return 0;
  const of = ({ object, confidence, manner, part }: Parsed) =>
    (actionOf(manner, part) ? 1 : 0) *
    confidence *
    (!object
      ? (W.it ?? 0.75)
      : object.label ||
          (isNoun((object.english ?? '').split(' ').at(-1)!) &&
            isPhysical((object.english ?? '').split(' ').at(-1)!))
        ? 1
        : (W.un ?? 0.6));
  return parsed.reduce((sum, one) => sum + of(one), 0) / parsed.length;
};
function choose(rules: Parsed[], tagged: Parsed[]): Parsed[] {
  const [a, b] = [value(rules), value(tagged)];
  if (a === 0 && b < (W.min ?? 0.5)) return rules;
  return a + (W.bias ?? 0) >= b ? rules : tagged;
}

const languageOf = (text: string): Language => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en');

const FLUID = /\b(?:water|sea|ocean|waves?|river|stream|lake|waterfall|fountain|surf)$/;

const AIRBORNE = /\b(?:clouds?|balloons?|smoke|fog|mist|steam)$/;

const PLANT = /\b(?:flowers?|rose|tulip|lily|bud|blossom|plant)$/;

/** What has a body like ours though it is no creature. */
const FIGURE = /\b(?:robot|doll|snowman|statue|toy|teddy|bear|puppet|scarecrow|mannequin|figure|figurine)$/;

/** A few verbs mean something else for things than for animals. */
function settled({ manner, part, object, direction }: Parsed): Action | undefined {
  const action = actionOf(manner, part);
  if (part || !object) return action;
  const { label, english = '' } = object;
  const creature = english && (isCreature(english) || FIGURE.test(english));
  const kind = creature ? 'animal' : (findLabel(label)?.kind ?? 'thing');
  if (PLANT.test(english) && (manner === 'talk' || manner === 'drive')) return 'bloom';
  if (kind === 'animal' && (manner === 'drive' || manner === 'flow')) return 'run';
  if (kind === 'vehicle' && manner === 'turn') return direction ? 'drive' : 'spin';
  if (kind === 'vehicle' && manner === 'run') return 'drive';
  if (kind === 'thing' && manner === 'turn') return 'spin';
  if (kind === 'thing' && (manner === 'flap' || manner === 'wave')) return 'blow';
  if (FLUID.test(english) && (manner === 'roll' || manner === 'run')) return 'flow';
  if (AIRBORNE.test(english) && manner === 'blow') return 'drift';
  if (manner === 'float' && (direction === 'left' || direction === 'right')) return 'drift';
  return action;
}

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
