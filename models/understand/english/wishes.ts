import { findLabel } from '../../labels.ts';
import { isNoun, labelOfEnglish, singular } from '../lexicon/nouns.ts';
import { stemsOf } from '../lexicon/verbs.ts';
import { filesOf, sensesOf } from '../lexicon/wordnet.ts';

/** Who may want something: "my little boy", "everyone at home", "she"; what the speaker wants is told by itself. */
const WISHER =
  '(?!(?:\\w+ )?(?:i|we|you|it|and|but|if|so|that|this|please|make|let|can|could)\\b|(?:they|people|some|experts) (?:say|think|said))(?:(?:my|our|the|his|her|their) )?(?:\\w+ ){0,2}?\\w+(?: at home)?';
const HOW = '(?:(?:always|really|just|so|only|both|all|still|absolutely|totally) )*';
/** How they say so. */
const WISHES = [
  '(?:wants?|wanted|wished|wishes|asks?|asked|hopes?|hoped|begs?|begged|demands?|demanded|insists?|insisted|suggests?|suggested|expects?|prefers?|needs?|votes?|voted|dreams? of|dreams? about)',
  '(says?|said|thinks?|thought|reckons?|bets?)',
  "(?:'s|is|are|was|were|keeps?) (?:\\w+ )?(?:dying|desperate|begging|hoping|keen|eager|longing|itching|asking|waiting|praying|begging|wishing|excited|dreaming of)",
  "(?:'d|would) (?:\\w+ )?(?:love|like|adore|enjoy|laugh|die|scream|freak out|be \\w+|go \\w+|lose it)(?: it)?",
  '(?:(?:has |have )?(?:told|asked|dared|begged|wants?|ordered|challenged|bet)) (?:me|us|you)',
].join('|');
/** What joins the wish to what is wished for. */
const LINK =
  "(?: (?:for|that|when|to (?:see|watch|have|get|make|let)|seeing|watching|(?:you|me|us) to (?:make|let|have|get)|it (?:would|might|'d) be (?:so |really |very )?\\w+|it))*";
const SUBJECT =
  "(?:it|him|her|he|she|they|them|everyone|everybody|(?:the|my|our|an?|this|that|these|those|all the|both) [\\w-]+(?:'s)?) ";
const WISH = new RegExp(
  `(?<=^|[,.;!?] |\\b(?:and|but|so|because|cause) )(${WISHER})(?: |(?='))${HOW}(?:${WISHES})${LINK}( if| whether)?(?: (?:you|we|i|they) (?:could|can|would|might))?(?: (?:make|let|have|get))? (?=${SUBJECT}\\w)`,
  'g',
);

/** "My mate reckons it should twerk", but "the teacher said the earth spins". */
const MUST = /^[^,.;!?]*\b(?:should|must|has to|have to|needs? to|ought to|can|could|to)\b/;

/** "My wife wants the dog to stop barking" */
const ENDS = /^[^,.;!?]*\bto (?:stop|quit|cease)\b/;

/** "What I'd really love is for the waves to crash", "what the picture needs is some snow" */
const CLEFT =
  /,? ?\b(?:what|all|the (?:only )?thing) (?:that )?(?:i|we|he|she|they|it|this|(?:this|the|my) (?:picture|photo|scene|image))(?:'d|'m|'s|'re)?(?: (?:would|really|just|only|am|is|are|was|were|do|kinda|most))* (?:want|wants|wanted|love|like|need|needs|asking for|after|looking for|hoping for|going for|missing|lacking|picturing|imagining)(?: to (?:see|have|happen|do|get))? (?:is|was|would be)(?! to (?!see|have|make|get|let|watch))(?: (?:for|to (?:see|have|make|get|let)|that|having|seeing))? /g;

/** "A little wind in her hair wouldn't hurt" */
const HARMLESS =
  / (?:wouldn'?t|won'?t|can'?t|couldn'?t|would not) (?:hurt|go amiss|be amiss|go wrong|be bad|do any harm|be a bad idea)\b/g;

/** "My son wants it to roar": it roars. What is wished for may be said in the past: "would love it if it roared". */
export const wishedFor = (text: string): string =>
  text
    .replace(HARMLESS, '')
    .replace(CLEFT, ', let ')
    .replace(/^, /, '')
    .replace(WISH, (whole: string, wisher: string, says?: string, condition?: string, ...rest) => {
      const [at, all] = rest as [number, string];
      const wish = all.slice(at + whole.length);
      const asks = !says || condition || / (?:make|let|have|get) $/.test(whole) || MUST.test(wish);
      if (ENDS.test(wish)) return whole;
      if (!asks || !isSomebody(wisher.split(' ').at(-1)!)) return whole;
      return condition ? 'if ' : '';
    });

const ANYBODY = /^(?:he|she|they|one|ones|everyone|everybody|someone|somebody|home|both|all)$/;
/** WordNet's file of people. */
const PERSONS = 18;
/** A person, an animal, or a name that no dictionary has. */
function isSomebody(word: string): boolean {
  if (ANYBODY.test(word)) return true;
  const kind = findLabel(labelOfEnglish([word]))?.kind;
  if (kind === 'person' || kind === 'animal' || filesOf(singular(word), 'noun', 1).includes(PERSONS))
    return true;
  return !isNoun(word) && stemsOf(word).every((stem) => sensesOf(stem, 'verb').length === 0);
}
