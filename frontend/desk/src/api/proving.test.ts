import createFetchClient from "openapi-fetch";
import { afterEach, expect, test, vi } from "vitest";
import { onProofNeeded, proving } from "./proving";

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ code, status, title: code }), {
    status,
    headers: { "content-type": "application/json" },
  });

function client(...answers: Response[]) {
  const bodies: string[] = [];
  const fetch = vi.fn(async (request: Request) => {
    bodies.push(await request.text());
    return answers.shift() ?? new Response("{}", { headers: { "content-type": "application/json" } });
  });
  vi.stubGlobal("fetch", fetch);
  const http = createFetchClient<Record<string, never>>({ baseUrl: "http://desk.test", fetch });
  http.use(proving);
  // biome-ignore lint/suspicious/noExplicitAny: no paths are known here
  return { send: () => (http as any).POST("/x", { body: { name: "a" } }), bodies };
}

afterEach(() => vi.unstubAllGlobals());

test("what needs a proof is sent once more, whole, when it was given", async () => {
  const { send, bodies } = client(problem(403, "confirm-first"));
  const stop = onProofNeeded(async () => true);
  expect((await send()).error).toBeUndefined();
  expect(bodies).toEqual(['{"name":"a"}', '{"name":"a"}']);
  stop();
});

test("who declines gets the refusal, and nothing is sent again", async () => {
  const { send, bodies } = client(problem(403, "confirm-first"));
  const stop = onProofNeeded(async () => false);
  expect((await send()).error).toMatchObject({ code: "confirm-first" });
  expect(bodies).toHaveLength(1);
  stop();
});

test("another refusal asks nothing", async () => {
  const { send } = client(problem(403, "not-allowed"));
  const ask = vi.fn(async () => true);
  const stop = onProofNeeded(ask);
  expect((await send()).error).toMatchObject({ code: "not-allowed" });
  expect(ask).not.toHaveBeenCalled();
  stop();
});

test("two refused at once ask once", async () => {
  const { send } = client(problem(403, "confirm-first"), problem(403, "confirm-first"));
  const ask = vi.fn(() => new Promise<boolean>((done) => setTimeout(() => done(true), 20)));
  const stop = onProofNeeded(ask);
  const [first, second] = await Promise.all([send(), send()]);
  expect([first.error, second.error]).toEqual([undefined, undefined]);
  expect(ask).toHaveBeenCalledOnce();
  stop();
});
