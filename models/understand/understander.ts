import { PipelineError } from '../errors.ts';
import { findLabel } from '../labels.ts';
import type { Action, Command, Language } from '../types.ts';
import { parseChinese } from './chinese.ts';
import { parseEnglish } from './english.ts';
import type { Understander } from './index.ts';
import { actionOf } from './lexicon.ts';
import { inEnglish } from './mixed.ts';
import { isCreature } from './nouns.ts';
import type { Parsed } from './parsed.ts';
import { promptOf } from './prompt.ts';
import { meansSeveral } from './several.ts';

/** Sentences that are understood less surely than this are refused. */
export const THRESHOLD = 0.45;

/** Loads nothing from outside the packages; the first call takes some 50 ms more than the others (< 10 ms). */
export function createUnderstander(): Understander {
  return {
    understand(text, { language = languageOf(text), seen = [] }) {
      const english = language === 'zh' ? inEnglish(text) : text;
      const parsed = english === undefined ? parseChinese(text, seen) : parseEnglish(english, seen);
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

const languageOf = (text: string): Language => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en');

const FLUID = /\b(?:water|sea|ocean|waves?|river|stream|lake|waterfall|surf)$/;

const AIRBORNE = /\b(?:clouds?|balloons?|smoke|fog|mist|steam)$/;

/** A few verbs mean something else for things than for animals. */
function settled({ manner, part, object, direction }: Parsed): Action | undefined {
  const action = actionOf(manner, part);
  if (part || !object) return action;
  const kind =
    findLabel(object.label)?.kind ?? (object.english && isCreature(object.english) ? 'animal' : 'thing');
  if (manner === 'turn' && kind === 'vehicle') return direction ? 'drive' : 'spin';
  if (manner === 'turn' && kind === 'thing') return 'spin';
  if ((manner === 'flap' || manner === 'wave') && kind === 'thing') return 'blow';
  if (manner === 'roll' && FLUID.test(object.english ?? '')) return 'flow';
  if (manner === 'blow' && AIRBORNE.test(object.english ?? '')) return 'drift';
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
