/**
 * Lets so much work be under way at a time, at most; what comes meanwhile waits, and goes on in the order in which it came.
 */
export function fewAtATime(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  return async (work) => {
    // Whoever ends gives its place to the next, so that nobody comes between.
    if (underWay >= most) await new Promise<void>((goOn) => waiting.push(goOn));
    else underWay += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) underWay -= 1;
      else next();
    }
  };
}
