import { expect, it } from "vitest";
import { asked, ownRole, roleWanted } from "./ownPartners";

it("begins with editors or integrators for who looks after them alone", () => {
  expect(ownRole({ roles: ["isv_manager"] })).toBe("isv");
  expect(ownRole({ roles: ["vai_manager"] })).toBe("vai");
  for (const roles of [
    [],
    ["admin"],
    ["partner_manager"],
    ["isv_manager", "vai_manager"],
    ["admin", "isv_manager"],
  ])
    expect(ownRole({ roles })).toBeUndefined();
});

it("asks for every role where somebody said so", () => {
  expect(asked("any")).toBeUndefined();
  expect(asked("vai")).toBe("vai");
  expect(roleWanted("friend")).toBeUndefined();
});
