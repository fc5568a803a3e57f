/** More is forgotten: people use few words. */
const MOST = 20_000;

/** The same function, which keeps what it has found out. */
export function remembered<K, V extends {}>(look: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MOST) known.clear();
    const value = look(key);
    known.set(key, value);
    return value;
  };
}
