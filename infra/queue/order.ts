/** The messages of a queue in order: a place among thousands is found without looking at each. */
export interface Order {
  /** Again changes nothing. */
  add(file: string, visibleFrom: number): void;
  remove(file: string): void;
  /** @returns how many that are visible at `now` come before `file` */
  before(file: string, now: number): number;
}

export function createOrder(): Order {
  const files: string[] = [];
  /** From when on those are visible that were not when they came: few, being worked on or delayed. */
  const hidden = new Map<string, number>();

  /** Where the file is, or would have to be. */
  const placeOf = (file: string) => {
    let [low, high] = [0, files.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (files[middle] < file) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add(file, visibleFrom) {
      const place = placeOf(file);
      if (files[place] === file) return;
      files.splice(place, 0, file);
      if (visibleFrom > Date.now()) hidden.set(file, visibleFrom);
    },

    remove(file) {
      const place = placeOf(file);
      if (files[place] === file) files.splice(place, 1);
      hidden.delete(file);
    },

    before(file, now) {
      let count = placeOf(file);
      for (const [other, visibleFrom] of hidden) if (other < file && visibleFrom > now) count -= 1;
      return count;
    },
  };
}
