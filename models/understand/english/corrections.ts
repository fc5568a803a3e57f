/** After a mark, so that "wait for it" and "no dog" are none. */
const PAUSED = '(?<=[,.;:!?-] )';
/** Something follows that may take the place of what was said. */
const GOES_ON = '(?=[,.;!-]* \\w)';

/** What people say when they put themselves right. */
const SAID = [
  '(?:no|oh|ah),? wait|wait,? no|oh no|no,? no|no,? (?:hang|hold) on|no,? sorry|no,? i mean|no,? actually|actually,? no|or rather',
  '(?:scratch|strike|cancel) that',
  `${PAUSED}(?:(?:oh|oops|whoops),? )?(?:wait|hang on|hold on)(?: a (?:sec|second|minute|moment|bit))?(?:,? (?:no|sorry|actually|i mean))?(?![,.;!-]* (?:for|until|then|and|let me|what)\\b)${GOES_ON}`,
  `(?:oops|whoops|sorry),? (?:i (?:meant|mean|said)|no)${GOES_ON}`,
  `${PAUSED}(?:oops|whoops|nope|nah|correction|rather|sorry)${GOES_ON}`,
  `${PAUSED}(?:no(?=,)|actually|i meant?)(?!,? (?:not|don'?t|never|thanks?|no|it is|it's|it was|nothing|just|only|leave|keep)\\b)${GOES_ON}`,
  '(?<!\\b(?:what|know|if|as) )i meant?(?= (?:the|an?|his|her|its|my|to the|left|right|up|down)\\b)',
];

/** "The train, no wait, the car": what follows takes the place of what it repeats. */
export const CORRECTION = new RegExp(`[,.;]?\\s*\\b(?:${SAID.join('|')})\\b[,.]?`, 'g');
