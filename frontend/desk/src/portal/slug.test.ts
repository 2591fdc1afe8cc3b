import { expect, it } from "vitest";
import { slugOf } from "./slug";

it("makes an address of a name", () => {
  expect(slugOf("Archivage légal (10 ans)")).toBe("archivage-legal-10-ans");
  expect(slugOf("  ---  ")).toBe("");
});
