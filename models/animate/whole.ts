import { seededRandom } from '../random.ts';
import type { Action, Direction } from '../types.ts';
import type { Deformation, Shift } from './deform.ts';

/**
 * How a solid thing moves: a pose of the whole at every time, with seeded side, phase and tempo. Lengths are in object
 * sizes, turns in radians, scales logarithms; what a pose does not name stays as it is.
 */
interface Pose {
  x?: number;
  y?: number;
  turn?: number;
  grow?: number;
  /** Height alone; the width gives way by half, as soft things do. */
  tall?: number;
  /** The upper part goes up, while what stands on the ground stays there: a car on its springs. */
  heave?: number;
  /** The right end of the upper part goes down and the left one up. */
  pitch?: number;
  /** Turned about its upright axis by this angle. */
  yaw?: number;
}

const TAU = 2 * Math.PI;
export const WAYS: Record<Direction, [number, number]> = {
  left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1], forward: [0, 0.5], back: [0, -0.4],
}; // biome-ignore format: a compass
/** How much larger a thing gets on its way to the viewer, per object size travelled in WAYS. */
const APPROACH = 1.4;

/** What a path is drawn from: the request and the seed. */
interface Draw {
  way: [number, number];
  side: number;
  loop: boolean;
  seconds: number;
  /** Of the thing: half its height, and whether it is round. */
  half: number;
  /** A seeded number of -1..1, another one with every call. */
  random(): number;
}
type Path = (t: number) => Pose;

/** Starts and ends without a jerk: even the acceleration begins at 0. */
const ease = (t: number): number => t * t * t * (10 - 15 * t + 6 * t * t);
/** Out and back where the clip must loop; otherwise out, to stay. */
const travel = (t: number, loop: boolean): number => ease(loop ? 1 - Math.abs(1 - 2 * t) : t);
/** The speed of `travel`, 0..1, and its push: 1 where it gathers speed to `way`, -1 where it brakes. */
const speed = (t: number, loop: boolean): number => {
  const u = loop ? 1 - Math.abs(1 - 2 * t) : t;
  return 16 * u * u * (1 - u) * (1 - u);
};
const push = (t: number, loop: boolean): number => {
  const u = loop ? 1 - Math.abs(1 - 2 * t) : t;
  return 10.4 * u * (1 - u) * (1 - 2 * u);
};
const sine = (t: number, phase = 0): number => Math.sin(TAU * t + phase);
const dip = (t: number): number => (1 - Math.cos(TAU * t)) / 2;
/** Whole waves in the clip at so many a second: they end where they began. */
const waves = (d: Draw, perSecond: number): number => Math.max(1, Math.round(perSecond * d.seconds));
const approach = (d: Draw, x: number): number => (Math.abs(d.way[1]) < 1 ? d.way[1] * APPROACH * x : 0);

/** Drifts, drives and slides go far; `extra` is what they do beside. */
const going = (far: number, extra: (d: Draw) => Path): ((d: Draw) => Path) => {
  return (d) => {
    const beside = extra(d);
    return (t) => {
      const x = far * travel(t, d.loop);
      const more = beside(t);
      return {
        ...more,
        x: d.way[0] * x + (more.x ?? 0),
        y: d.way[1] * x + (more.y ?? 0),
        grow: approach(d, x),
      };
    };
  };
};

interface Motion {
  headroom: number;
  seconds: number;
  /** Whether a period ends where it began whether or not the clip loops. */
  returns: boolean;
  /** What stays where it is when the thing turns or grows, as a share of its half height: 1 its foot, -1 its top. */
  pivot: number;
  /** Its fastest waves, in a second. */
  rate: number;
  path: (d: Draw) => Path;
}
const goes = (headroom: number, rate: number, pivot: number, path: Motion['path']): Motion => ({
  headroom, seconds: 3, returns: false, rate, pivot, path,
}); // biome-ignore format: a row of the table
const keeps = (headroom: number, seconds: number, pivot: number, path: Motion['path']): Motion => ({
  headroom, seconds, returns: true, rate: (seconds < 1 ? 5 : 2) / seconds, pivot, path,
}); // biome-ignore format: a row of the table

const MOTIONS: Partial<Record<Action, Motion>> = {
  drift: goes(1.6, 1, 1, going(0.16, (d) => {
    const [n, phase] = [waves(d, 0.5), d.random() * 3];
    return (t) => ({
      y: 0.012 * (sine(n * t, phase) - sine(0, phase)) * speed(t, d.loop) ** 0.5,
      turn: 0.03 * d.side * sine(n * t, phase) * speed(t, d.loop) ** 0.5,
    });
  })),
  drive: goes(1.5, 5, 1, going(0.18, (d) => {
    const [n, m] = [waves(d, 2.6 + 0.4 * d.random()), waves(d, 4.3 + 0.6 * d.random())];
    return (t) => ({
      heave: (0.006 * sine(n * t) + 0.003 * sine(m * t)) * speed(t, d.loop) + 0.004 * push(t, d.loop),
      pitch: -0.02 * (d.way[0] || 0.3) * push(t, d.loop) + 0.006 * sine(n * t, 1) * speed(t, d.loop),
    });
  })),
  slide: goes(1.6, 1, 1, going(0.16, () => () => ({}))),
  launch: goes(1.35, 8, 1, (d) => {
    const [n, m] = [waves(d, 7.5 + 0.5 * d.random()), waves(d, 5 + 0.5 * d.random())];
    return (t) => {
      // It trembles on the ground first, then goes faster and faster, and is caught at the end of its reach.
      const u = d.loop ? 1 - Math.abs(1 - 2 * t) : t;
      const v = Math.min(1, Math.max(0, (u - 0.18) / 0.82));
      const rattle = Math.min(1, 8 * u) * (1 - v) ** 0.5;
      return {
        x: 0.004 * rattle * sine(n * t) + 0.01 * d.side * ease(v),
        y: -0.2 * ease(v ** 1.5) + 0.002 * rattle * sine(m * t),
        turn: 0.006 * rattle * sine(m * t, 1) + 0.02 * d.side * ease(v),
        tall: -0.02 * Math.sin(Math.PI * Math.min(1, u / 0.3)) + 0.02 * v * (1 - v),
      };
    };
  }),
  rise: goes(1.6, 1, 0, (d) => {
    const [n, phase] = [waves(d, 0.5), d.random() * 3];
    return (t) => ({
      x: 0.012 * (sine(n * t, phase) - sine(0, phase)) * speed(t, d.loop) ** 0.5,
      y: -0.16 * travel(t, d.loop),
      turn: 0.04 * d.side * sine(n * t) * speed(t, d.loop) ** 0.5,
    });
  }),
  fall: goes(1.5, 3, 0, (d) => (t) => {
    // Faster and faster, then one small rebound where it lands.
    const u = d.loop ? 1 - Math.abs(1 - 2 * t) : t;
    const down = u < 0.6 ? (u / 0.6) ** 2 : 1 - 0.16 * Math.sin((Math.PI * (u - 0.6)) / 0.25) * (u < 0.85 ? 1 : 0);
    return {
      y: 0.18 * down,
      turn: 0.1 * d.side * ease(Math.min(1, u / 0.6)),
      tall: -0.05 * Math.exp(-(((u - 0.62) / 0.04) ** 2)),
    };
  }),
  roll: goes(1.25, 1, 0, (d) => (t) => {
    const x = 0.23 * (d.way[0] || d.side) * travel(t, d.loop);
    return { x, turn: x / d.half };
  }),
  fly: keeps(1.6, 3, 0, (d) => {
    const phase = d.random() * 0.6;
    return (t) => ({
      x: 0.1 * (d.way[0] || 0.4 * d.side) * dip(t) + 0.015 * sine(2 * t, phase),
      y: -0.12 * dip(t) + 0.012 * sine(2 * t, phase + 1),
      turn: 0.1 * d.side * sine(t, phase) + 0.02 * sine(2 * t),
      grow: 0.04 * dip(t) + approach(d, 0.1 * dip(t)),
    });
  }),
  float: keeps(2.5, 2.6, 0.4, (d) => {
    const [phase, second] = [0.8 + 0.3 * d.random(), d.random() * 3];
    return (t) => ({
      x: 0.008 * d.side * sine(t, phase + 1.2),
      y: 0.03 * sine(t) + 0.006 * sine(2 * t, second),
      turn: 0.055 * d.side * sine(t, phase) + 0.012 * sine(2 * t, second),
    });
  }),
  jump: keeps(1.8, 1.2, 1, (d) => {
    const lean = 0.06 * d.random();
    return (t) => {
      const air = Math.min(1, Math.max(0, (t - 0.22) / 0.5));
      const near = (at: number, width: number) => Math.exp(-(((t - at) / width) ** 2));
      return {
        y: -0.36 * air * (1 - air),
        x: 0.04 * d.way[0] * air * (1 - air),
        turn: lean * sine(air),
        tall: -0.09 * near(0.14, 0.07) + 0.06 * near(0.3, 0.07) - 0.08 * near(0.78, 0.06) + 0.02 * near(0.9, 0.06),
      };
    };
  }),
  bounce: keeps(2, 0.66, 1, (d) => {
    const lean = 0.025 * d.random();
    return (t) => {
      const up = Math.sin(Math.PI * t);
      return { y: -0.055 * up, tall: 0.08 * (up - 0.62), turn: lean * sine(t) };
    };
  }),
  shake: keeps(2.2, 0.6, 0.5, (d) => {
    const [p, q] = [d.random(), d.random()];
    return (t) => ({
      x: 0.014 * sine(2 * t) + 0.006 * sine(5 * t, p),
      y: 0.004 * sine(4 * t, q),
      turn: 0.03 * sine(2 * t, 0.5 * p) + 0.018 * sine(3 * t, q),
    });
  }),
  shiver: keeps(2.2, 0.5, 1, (d) => {
    const [p, q] = [d.random(), d.random()];
    return (t) => ({ x: 0.004 * sine(4 * t) + 0.002 * sine(3 * t, p), turn: 0.006 * sine(4 * t, q), tall: 0.004 * sine(3 * t, q) });
  }),
  sway: keeps(2.5, 2.2, 1, (d) => {
    const second = 0.25 * d.random();
    return (t) => ({ turn: 0.055 * d.side * (sine(t) + second * sine(2 * t)), x: 0.006 * d.side * sine(t, -0.4) });
  }),
  swing: keeps(2.2, 1.7, -1, (d) => {
    const second = 0.15 * d.random();
    return (t) => ({ turn: 0.09 * d.side * (sine(t) + second * sine(2 * t)) });
  }),
  dance: keeps(2, 1.1, 1, (d) => {
    const [late, hip] = [0.3 + 0.2 * d.random(), 0.03 + 0.01 * d.random()];
    return (t) => ({
      x: hip * d.side * sine(t),
      y: -0.03 * Math.abs(sine(t)) ** 1.5,
      turn: 0.1 * d.side * sine(t, late),
      tall: 0.055 * sine(2 * t, -1 + late),
    });
  }),
  breathe: keeps(2, 2.4, 1, (d) => {
    const hold = 0.2 + 0.1 * d.random();
    return (t) => {
      const air = dip(t) + hold * dip(t) * dip(t) * sine(t);
      return { tall: 0.018 * air, grow: 0.02 * air };
    };
  }),
}; // biome-ignore format: a table of motions

/** What the thing looks like from afar. */
export interface Build {
  /** Its box in object sizes. */
  width: number;
  height: number;
  round: boolean;
  /** Where what is held begins below: the ground, or the rim of a pot; y in object units. */
  foot: number;
}

export interface Wanted {
  seed: number;
  seconds: number;
  loop: boolean;
  direction?: Direction;
  magnitude: number;
}

/** Of the ten samples that a cycle gets, a wave needs six. */
const SAMPLED = 0.6;

/** The motion of the whole thing for an action, or undefined where solid things have none. */
export function wholeMotion(action: Action, build: Build, wanted: Wanted): Deformation | undefined {
  const next = seededRandom(wanted.seed);
  const random = () => 2 * next() - 1;
  const left = next() < 0.5;
  const side = wanted.direction === 'left' ? -1 : wanted.direction === 'right' ? 1 : left ? -1 : 1;
  if (action === 'spin') return spin(side, build, wanted, random());
  const motion = MOTIONS[action];
  if (!motion) return undefined;
  const way: [number, number] = wanted.direction ? WAYS[wanted.direction] : [side, 0];
  const own = 1 + 0.12 * random();
  const path = motion.path({
    way,
    side,
    random,
    loop: wanted.loop,
    seconds: wanted.seconds,
    half: build.height / 2,
  });
  return {
    headroom: motion.headroom,
    seconds: motion.seconds * (1 + 0.1 * random()),
    cycles: SAMPLED * motion.rate * (motion.returns ? motion.seconds : wanted.seconds),
    returns: motion.returns,
    at: (time, size) => shiftOf(path(time), size * own, build, motion.pivot),
  };
}

/** Seconds of one turn, and how many times as fast is still seen as turning. */
const TURN = 2.4;
const FASTEST = 3;
/** Share of a clip over which a turn gathers speed, and over which it stops. */
const RAMP = 0.3;

/**
 * A whole turn: round things in the picture, all others about their upright axis. Twice the magnitude turns twice as
 * often; a seed changes the pace within the clip.
 */
function spin(side: number, build: Build, wanted: Wanted, pace: number): Deformation {
  const turns = Math.max(1, Math.round((wanted.seconds / TURN) * Math.min(FASTEST, wanted.magnitude)));
  return {
    headroom: FASTEST,
    seconds: wanted.seconds,
    cycles: 2.4 * turns,
    returns: true,
    exact: true,
    at: (t) => {
      const even = wanted.loop ? t : turned(Math.min(1, t / DONE));
      const angle = side * TAU * turns * (even + (0.06 / turns) * pace * sine(even));
      return shiftOf(build.round ? { turn: angle } : { yaw: angle }, 1, build, 0);
    },
  };
}

/** A clip that does not loop slows down and stops before its motion ends (render/clock.ts): all turns are done by then. */
const DONE = 0.9;
const turned = (t: number): number => (t < 0.5 ? gathered(t) : 1 - gathered(1 - t));
const gathered = (t: number): number => (t < RAMP ? (t * t) / (2 * RAMP) : t - RAMP / 2) / (1 - RAMP);

/** Seen edge-on a thing keeps this share of its width: nothing is as thin as its picture. */
const EDGE = 0.16;
/** How much taller its near end looks at 45 degrees, per half width. */
const NEAR = 0.14;

function shiftOf(pose: Pose, size: number, build: Build, pivot: number): Shift {
  const part = (key: keyof Pose): number => size * (pose[key] ?? 0);
  const turn = part('turn');
  const tall = part('tall');
  const yaw = part('yaw');
  // The back of a thing looks like its front: what is unknown had better not be invented.
  const narrow = Math.sqrt(Math.cos(yaw) ** 2 * (1 - EDGE * EDGE) + EDGE * EDGE);
  const wide = Math.exp(part('grow') - tall / 2) * narrow;
  const high = Math.exp(part('grow') + tall);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const foot = build.height / 2;
  const py = pivot * foot;
  const near = NEAR * Math.sin(2 * yaw);
  return ({ x, y }) => {
    // 0 on the ground, 1 from its middle upwards.
    const up = Math.min(1, Math.max(0, ((foot - y) / build.height - 0.12) * 2.6));
    const spring = up * up * (3 - 2 * up);
    const across = (2 * x) / build.width;
    const u = x * wide;
    const v = (y - py) * high * (1 + near * across) + spring * (part('pitch') * across - part('heave'));
    return [cos * u - sin * v - x + part('x'), sin * u + cos * v + py - y + part('y')];
  };
}
