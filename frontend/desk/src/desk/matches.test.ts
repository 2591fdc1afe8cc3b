import { expect, it } from "vitest";
import { matches } from "./matches";

it("finds names without their accents, in any order", () => {
  expect(matches("Relevés", "releves")).toBe(true);
  expect(matches("Clés d’API", "api cle")).toBe(true);
  expect(matches("Versements", "vente")).toBe(false);
  expect(matches("Versements", "")).toBe(true);
});
