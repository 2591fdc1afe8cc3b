import { expect, it } from "vitest";
import { DOCUMENT_BYTES, refusedFile } from "./upload";

it("documents are PDF, PNG or JPEG of at most five megabytes", () => {
  expect(refusedFile({ size: DOCUMENT_BYTES, type: "application/pdf" })).toBeUndefined();
  expect(refusedFile({ size: DOCUMENT_BYTES + 1, type: "image/png" })).toBe("size");
  expect(refusedFile({ size: 10, type: "text/html" })).toBe("type");
});
