import { expect, it } from "vitest";
import { followName, slugFault, slugOf } from "./slug";

it("makes an address of a name", () => {
  expect(slugOf("Archivage légal (10 ans)")).toBe("archivage-legal-10-ans");
  expect(slugOf("  ---  ")).toBe("");
});

it("follows the name while it is typed, until somebody writes another", () => {
  expect(followName("", "", "A")).toBe("a");
  expect(followName("archiv", "Archiv", "Archivé")).toBe("archive");
  expect(followName("mine", "Archiv", "Archivage")).toBe("mine");
});

it("says whether an address is too long or has other characters", () => {
  expect(slugFault("a".repeat(200))).toBeNull();
  expect(slugFault("a".repeat(201))).toBe("long");
  expect(slugFault("-a")).toBe("letters");
  expect(slugFault("")).toBe("letters");
});
