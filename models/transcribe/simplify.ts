import { Converter } from 'opencc-js/t2cn';

/** Whisper writes Chinese in either script, whatever was said; commands are read in simplified characters. */
export const simplify: (text: string) => string = Converter({ from: 't', to: 'cn' });
