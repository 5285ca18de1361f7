// One question per line of the standard input, one answer per line of the standard output, in the same order.

import { createInterface } from 'node:readline';

/** Longer than a desk may take, shorter than the tests wait for a judge. */
const LIMIT = 20_000;

/** What rejects the question that is being answered. */
let reject = () => {};

// The Node SDK of OpenTok loses the callback of a call whose connection fails: the error only ever appears here.
process.on('unhandledRejection', (error) => reject(error));

/** Answers each line with what `judge` makes of it; {"error", "kind"} where it fails or takes too long. */
export async function answerLines(judge, kind = (error) => error?.constructor?.name) {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    let answer;
    let timer;
    try {
      const failed = new Promise((_, fail) => {
        reject = fail;
        timer = setTimeout(() => fail(new Error('the SDK did not answer in time')), LIMIT);
      });
      answer = await Promise.race([judge(JSON.parse(line)), failed]);
    } catch (error) {
      answer = { error: String(error?.message ?? error), kind: kind(error) ?? 'Error' };
    }
    clearTimeout(timer);
    console.log(JSON.stringify(answer));
  }
  // Connections that the SDK forgot would keep the process.
  process.exit(0);
}
