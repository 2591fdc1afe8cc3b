import type { Middleware } from "openapi-fetch";

type Ask = () => Promise<boolean>;
let ask: Ask | undefined;
let asking: Promise<boolean> | undefined;

/** Asks the person to prove who they are; answers whether they did. */
export function onProofNeeded(how: Ask) {
  ask = how;
  return () => {
    ask = undefined;
  };
}

async function needsProof(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const told = await response.clone().json();
  return told?.code === "confirm-first";
}

const sent = new Map<string, Request>();

/**
 * What the server does only for somebody who proved a moment ago who they are is sent once more when they
 * have; a form or button behind it knows nothing of that. Who declines gets the refusal.
 */
export const proving: Middleware = {
  onRequest({ request, id }) {
    if (request.method !== "GET") sent.set(id, request.clone());
  },
  async onResponse({ response, id }) {
    const again = sent.get(id);
    sent.delete(id);
    if (!again || !ask || !(await needsProof(response))) return response;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return (await asking) ? fetch(again) : response;
  },
  onError({ id }) {
    sent.delete(id);
  },
};
