/** Which moment of the motion a moment of the clip shows. All times in seconds. */
export type Clock = (time: number) => number;

/**
 * Looping clips hold a whole number of periods, or go there and back where the motion has none. Clips that do not
 * loop come to rest over their last part instead of being cut off in full swing.
 */
export function createClock(
  motion: { seconds: number; periodic: boolean },
  clip: { seconds: number; loop: boolean },
): Clock {
  if (clip.loop && motion.periodic) {
    const periods = Math.max(1, Math.round(clip.seconds / motion.seconds));
    const rate = (periods * motion.seconds) / clip.seconds;
    return (time) => time * rate;
  }
  if (clip.loop) {
    return (time) => (motion.seconds / 2) * (1 - Math.cos((2 * Math.PI * time) / clip.seconds));
  }
  const ending = Math.min(0.4, 0.2 * clip.seconds);
  const begin = clip.seconds - ending;
  return (time) => {
    if (time <= begin) return time;
    const s = Math.min(1, (time - begin) / ending);
    // The integral of 1 - smoothstep(s): the speed falls from 1 to 0 without a jerk.
    return begin + ending * (s - s * s * s + (s * s * s * s) / 2);
  };
}
