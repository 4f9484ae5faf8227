import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** What a load is made of: deliveries signed as GitHub signs them, one after the other over all repositories. */
export interface Load {
  readonly url: string;
  readonly secret: string;
  readonly bodies: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

/** Each delivery's time from its first byte to its answer in ms; sent on time whether or not earlier ones are answered. */
async function send({ url, secret, bodies, perSecond, seconds }: Load): Promise<readonly number[]> {
  const began = performance.now();
  const answers: Promise<number>[] = [];
  for (let n = 0; n < perSecond * seconds; n++) {
    await wait(Math.max(0, began + (n * 1000) / perSecond - performance.now()));
    answers.push(deliver(url, secret, bodies[n % bodies.length] ?? '', n));
  }
  return await Promise.all(answers);
}

async function deliver(url: string, secret: string, body: string, n: number): Promise<number> {
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const began = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': `load-${n}`,
      'x-hub-signature-256': signature,
    },
    body,
  });
  await response.arrayBuffer();
  if (response.status !== 202) throw new Error(`a delivery was answered with ${response.status}`);
  return performance.now() - began;
}

parentPort?.postMessage(await send(workerData as Load));
