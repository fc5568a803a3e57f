import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineError } from '../../models/errors.ts';
import { SoundTable } from '../../models/understand/chinese/pinyin.ts';
import { createUnderstander } from '../../models/understand/index.ts';
import { type Expected, readCommands, readSentences } from './commands/read.ts';

const { understand } = await createUnderstander();

/** What differs from the expectation, or undefined. */
async function fault({
  sentence,
  label,
  thing,
  action,
  direction,
  strength,
}: Expected): Promise<string | undefined> {
  try {
    const command = await understand(sentence, {});
    const object = thing ? command.object?.text.includes(thing) : command.object?.label === label;
    const named = label || thing ? object : command.object === undefined;
    const right =
      named && command.action === action && command.direction === direction && command.strength === strength;
    return right ? undefined : `${sentence} -> ${command.prompt} (${JSON.stringify(command)})`;
  } catch (error) {
    return `${sentence} -> ${error instanceof PipelineError ? error.code : error}`;
  }
}

for (const language of ['english', 'chinese', 'english-later', 'chinese-later']) {
  test(`${language}: at least 97 of 100 commands are understood entirely`, async () => {
    const rows = readCommands(language);
    const faults = (await Promise.all(rows.map(fault))).filter((one) => one !== undefined);
    assert.ok(rows.length >= 40);
    assert.ok(
      faults.length <= 0.03 * rows.length,
      `${faults.length} of ${rows.length}:\n${faults.join('\n')}`,
    );
  });
}

test('questions and chatter are refused, and the error says what was heard', async () => {
  for (const sentence of readSentences('refused')) {
    await assert.rejects(
      () => understand(sentence, {}),
      (error) =>
        error instanceof PipelineError && error.code === 'not_a_command' && error.seen?.text === sentence,
      sentence,
    );
  }
});

test('the short motion prompt is an English sentence', async () => {
  const prompts: [string, string][] = [
    ['Make the dog wag its tail to the left', 'dog wags its tail to the left'],
    ['让云向右飘', 'clouds drift to the right'],
    ['have the woman clap her hands hard', 'woman claps strongly'],
    ['let the man nod', 'man nods their head'],
    ['让它轻轻地动', 'it moves gently'],
    ['让小鸟飞', 'bird flies'],
    ['make the dog on the left jump', 'dog jumps'],
  ];
  for (const [sentence, prompt] of prompts) assert.equal((await understand(sentence, {})).prompt, prompt);
});

test('a name misheard by the speech model is found by its sound, less surely', async () => {
  const [misheard, heard] = [await understand('让购跑起来', {}), await understand('让狗跑起来', {})];
  assert.equal(misheard.object?.label, 'dog');
  assert.ok(misheard.confidence < heard.confidence);
});

test('of two words that sound alike the one in the picture is preferred', () => {
  const table = new SoundTable(['火车', '货车', '船']);
  assert.equal(table.find('或车', (word) => word === '货车')?.word, '货车');
  assert.equal(table.find('或车', () => false)?.word, '火车');
  assert.equal(table.find('床', () => false)?.likeness, 1);
  assert.equal(
    table.find('山', () => false),
    undefined,
  );
});

test('words of place stay with the thing, so that the locator can use them', async () => {
  assert.match((await understand('make the left dog jump', {})).object!.text, /left/);
  assert.match((await understand('让最大的猫跳', {})).object!.text, /最大/);
});

test('what the detector has no word for is not heard as something that it saw', async () => {
  assert.equal(
    (await understand('make the water flow', { seen: ['person', 'boat'] })).object?.english,
    'water',
  );
  assert.equal((await understand('let the bare nod', { seen: ['bear'] })).object?.label, 'bear');
});

test('a longer sentence about what is in the picture is a wish, not talk', async () => {
  const caption = 'the old horse gallops along the beach at sunset while it rains';
  assert.equal((await understand(caption, { seen: ['horse'] })).action, 'run');
  await assert.rejects(
    understand('shares fell sharply after the bank had raised its rates again', { seen: ['horse', 'bench'] }),
    PipelineError,
  );
});
