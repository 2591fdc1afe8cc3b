// @ts-expect-error: the desk runs in browsers and has no types of Node
import { stripTypeScriptTypes } from "node:module";
import { afterEach, expect, test, vi } from "vitest";
import text from "./verify.ts.txt?raw";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const HEADERS = {
  "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
  "webhook-timestamp": "1614265330",
  "webhook-signature": "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const BODY = '{"test": 2432232314}';

afterEach(() => vi.useRealTimers());

test("the recipe shown believes the published message, and nothing else", async () => {
  const code = encodeURIComponent(stripTypeScriptTypes(text));
  const { verify } = await import(/* @vite-ignore */ `data:text/javascript,${code}`);
  vi.useFakeTimers({ now: 1614265330_000 });
  expect(verify(SECRET, HEADERS, BODY)).toBe(true);
  expect(verify(SECRET, HEADERS, `${BODY} `)).toBe(false);
  expect(verify(SECRET, { ...HEADERS, "webhook-id": "msg_2" }, BODY)).toBe(false);
  expect(verify(SECRET, { ...HEADERS, "webhook-signature": "v1,AAAA" }, BODY)).toBe(false);
  vi.setSystemTime(1614265330_000 + 301_000);
  expect(verify(SECRET, HEADERS, BODY)).toBe(false);
});
