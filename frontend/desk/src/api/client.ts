import { QueryClient } from "@tanstack/react-query";
import createFetchClient, { type Middleware } from "openapi-fetch";
import createClient from "openapi-react-query";
import { heardTime } from "./clock";
import { asProblem, isProblem } from "./problem";
import { proving } from "./proving";
import type { components, paths } from "./schema";

export type Schema = components["schemas"];

const listeners = new Set<() => void>();
/** Hears that the server knows no session any more. */
export function onSessionEnded(heard: () => void) {
  listeners.add(heard);
  return () => {
    listeners.delete(heard);
  };
}

/** Answers with a secret are not kept, so these take no key. */
const KEEPS_NO_ANSWER =
  /^\/api\/store\/(session|account)\b|\/api-keys$|\/account\/onboarding$|\/webhooks(\/\{endpoint_id\}\/secret)?$/;

/** Where 401 says that nobody is signed in yet, or that a password was mistyped. */
const NO_END = new Set(["/api/store/session", "/api/store/session/confirmation"]);

const ours: Middleware = {
  onRequest({ request, schemaPath }) {
    // A POST sent twice is done once, whatever the network does in between.
    if (request.method !== "POST" || KEEPS_NO_ANSWER.test(schemaPath)) return request;
    if (!request.headers.has("idempotency-key")) {
      request.headers.set("idempotency-key", crypto.randomUUID());
    }
    return request;
  },
  async onResponse({ response, schemaPath }) {
    heardTime(response.headers.get("date"));
    if (response.status === 401 && !NO_END.has(schemaPath)) for (const heard of listeners) heard();
    return response;
  },
  onError({ error }) {
    return asProblem(error);
  },
};

export const http = createFetchClient<paths>({
  baseUrl: "/",
  credentials: "same-origin",
  querySerializer: { array: { style: "form", explode: true } },
});
http.use(ours, proving);

/** `api.useQuery("get", "/api/portal/payouts", { params })`; answers and errors have their types. */
export const api = createClient(http);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the server refuses it refuses again; only silence and overload are asked anew.
      retry: (count, error) => count < 2 && (!isProblem(error) || error.status >= 502),
    },
    mutations: { retry: false },
  },
});
