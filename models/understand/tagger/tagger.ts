import { readFileSync } from 'node:fs';
import { Tensor } from 'onnxruntime-node';
import { openSession, weightsFile } from '../../session.ts';
import { softmax } from '../../softmax.ts';
import { FEATURES } from './facts.ts';
import { type Unit, unitsOf } from './units.ts';

/** other, thing, action, part, direction, strength */
export type Tag = 'O' | 'T' | 'A' | 'P' | 'D' | 'S';

export interface Tagged extends Unit {
  tag: Tag;
  /** 0..1 */
  sure: number;
  /** 0..1, how likely it is an action or a part. */
  acts: number;
  /** 0..1, how likely it is a thing. */
  named: number;
}

export interface Tagger {
  /** @param text lower case, simplified characters */
  tag(text: string): Promise<Tagged[]>;
}

/** A recurrent network that marks what in a sentence is the command (models/training/commands); about a millisecond a sentence. */
export async function createTagger(): Promise<Tagger> {
  const session = await openSession(weightsFile('commands.onnx'), 1);
  const { tags, words } = JSON.parse(readFileSync(weightsFile('commands.json'), 'utf8')) as {
    tags: string;
    words: string[];
  };
  const index = new Map(words.map((word, i) => [word, i + 1]));
  return {
    async tag(text) {
      const units = unitsOf(text);
      if (units.length === 0) return [];
      const ids = BigInt64Array.from(units, (unit) => BigInt(index.get(unit.text) ?? 0));
      const features = new Float32Array(units.length * FEATURES.length);
      for (const [i, unit] of units.entries()) {
        for (const one of unit.features) features[i * FEATURES.length + one] = 1;
      }
      const { tags: logits } = await session.run({
        words: new Tensor('int64', ids, [1, units.length]),
        features: new Tensor('float32', features, [1, units.length, FEATURES.length]),
      });
      const values = logits.data as Float32Array;
      return units.map((unit, i) => {
        const shares = softmax(values.subarray(i * tags.length, (i + 1) * tags.length));
        const sure = Math.max(...shares);
        const acts = shares[tags.indexOf('A')] + shares[tags.indexOf('P')];
        const named = shares[tags.indexOf('T')];
        return { ...unit, tag: tags[shares.indexOf(sure)] as Tag, sure, acts, named };
      });
    },
  };
}
