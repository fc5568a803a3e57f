import { Converter } from 'opencc-js/t2cn';
import { PipelineError } from '../errors.ts';

/** Whisper writes Chinese in either script, whatever was said; commands are read in simplified characters. */
export const simplify: (text: string) => string = Converter({ from: 't', to: 'cn' });

/** The texts of a recording's stretches as one. Chinese and Japanese have no spaces. */
export function joinTexts(texts: string[], language: string): string {
  if (language === 'zh') return simplify(texts.join(''));
  return texts.join(language === 'ja' ? '' : ' ');
}

/** Whether the text describes a sound, as subtitles do: "(water running)", "[Music]", "♪". */
export function isSound(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text.replace(/\(.*?\)|\[.*?\]|（.*?）|【.*?】|\*.*?\*/gu, ''));
}

export function noSpeech(): PipelineError {
  return new PipelineError('no_speech', {
    en: 'No spoken command was heard in the recording.',
    zh: '录音里没有听到说话的声音。',
  });
}
