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
  /** Longer words with their sounds. */
  private readonly long: { word: string; sound: string[] }[] = [];

  constructor(words: Iterable<string>) {
    for (const word of words) {
      const sound = syllables(word);
      add(this.exact, sound.join(' '), word);
      add(this.blurred, sound.map(blur).join(' '), word);
      if (sound.length > 2) this.long.push({ word, sound: sound.map(blur) });
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

  /** A word of three and more characters of which one only rhymes (张景鹿, 长颈鹿); among those that `may` be meant. */
  nearly(text: string, may: (word: string) => boolean): { word: string; likeness: Likeness } | undefined {
    if (text.length < 3) return undefined;
    const sound = syllables(text).map(blur);
    const differs = (other: string[]) => sound.flatMap((one, i) => (one === other[i] ? [] : [i]));
    const found = this.long.find(({ word, sound: other }) => {
      if (other.length !== sound.length || !may(word)) return false;
      const [at, ...more] = differs(other);
      return at !== undefined && more.length === 0 && rhyme(sound[at]) === rhyme(other[at]);
    });
    return found && { word: found.word, likeness: 1 };
  }
}

/** Without its first consonants. */
const rhyme = (syllable: string) => syllable.replace(/^[^aeiouü]+/, '');

function add(table: Map<string, string[]>, key: string, word: string): void {
  const words = table.get(key);
  if (words) words.push(word);
  else table.set(key, [word]);
}
