import { findLabel } from '../labels.ts';
import type { Command } from '../types.ts';
import { PROMPTS } from './lexicon/index.ts';
import { isPlural } from './several.ts';

const TOWARDS = {
  left: 'to the left',
  right: 'to the right',
  up: 'upwards',
  down: 'downwards',
  forward: 'towards the viewer',
  back: 'away',
} as const;
const MANNER = { gentle: 'gently', normal: '', strong: 'strongly' } as const;

/**
 * The short motion prompt (Follow-Your-Click, arXiv 2403.08268: verb and object) in the third person:
 * "dog wags its tail", "clouds drift to the left".
 */
export function promptOf({
  action,
  direction,
  strength,
  object,
}: Pick<Command, 'action' | 'direction' | 'strength' | 'object'>): string {
  const subject = object?.english ?? 'it';
  const plural = isPlural(subject);
  const owner = plural || findLabel(object?.label)?.kind === 'person' ? 'their' : 'its';
  const [verb, ...others] = PROMPTS[action].replace('{its}', owner).split(' ');
  const words = [subject, plural ? verb : thirdPerson(verb), ...others];
  if (direction) words.push(TOWARDS[direction]);
  if (MANNER[strength]) words.push(MANNER[strength]);
  return words.join(' ');
}

function thirdPerson(verb: string): string {
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ies`;
  return /(?:s|sh|ch|x|z|o)$/.test(verb) ? `${verb}es` : `${verb}s`;
}
