import { pinyin } from 'pinyin-pro';

/** Sounds that speakers from the south and speech recognition mix up: zh/z, ch/c, sh/s, -ng/-n. */
const blur = (syllable: string) => syllable.replace(/^([zcs])h/, '$1').replace(/ng$/, 'n');

const syllables = (text: string): string[] =>
  pinyin(text, { toneType: 'none', type: 'array', nonZh: 'consecutive' });

/** How near two words of the same length sound: 2 the same but for the tone, 1 nearly, 0 not. */
type Likeness = 0 | 1 | 2;

/** Words of a list, found by their sound. */
export class SoundTable {
  private readonly exact = new Map<string, string[]>();
  private readonly blurred = new Map<string, string[]>();

  constructor(words: Iterable<string>) {
    for (const word of words) {
      const sound = syllables(word);
      add(this.exact, sound.join(' '), word);
      add(this.blurred, sound.map(blur).join(' '), word);
    }
  }

  /**
   * Words that sound like `text`, as a whole.
   * @param prefer moves these to the front: what the picture shows is likelier to have been said
   */
  find(text: string, prefer: (word: string) => boolean): { word: string; likeness: Likeness } | undefined {
    const sound = syllables(text);
    const same = this.exact.get(sound.join(' '));
    const words = same ?? this.blurred.get(sound.map(blur).join(' '));
    if (!words) return undefined;
    return { word: words.find(prefer) ?? words[0], likeness: same ? 2 : 1 };
  }
}

function add(table: Map<string, string[]>, key: string, word: string): void {
  const words = table.get(key);
  if (words) words.push(word);
  else table.set(key, [word]);
}
