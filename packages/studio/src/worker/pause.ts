const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port2.onmessage = () => waiting.shift()?.();

/** Lets in what was asked for meanwhile: as a timer does, without the 4 milliseconds that browsers make of one. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port1.postMessage(undefined);
  });
}
