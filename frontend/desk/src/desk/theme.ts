import { createTheme, type MantineColorsTuple } from "@mantine/core";

const sea: MantineColorsTuple = [
  "#e9f6f7",
  "#d3ebee",
  "#a8d8de",
  "#78c2cc",
  "#4caebb",
  "#2c9aa9",
  "#117a89",
  "#0b6c7a",
  "#0a5763",
  "#083f49",
];
const ink: MantineColorsTuple = [
  "#cfd8df",
  "#aab8c3",
  "#8496a4",
  "#5f7281",
  "#3c4c59",
  "#2a3844",
  "#1f2a34",
  "#161f27",
  "#10171e",
  "#0a1016",
];
const danger: MantineColorsTuple = [
  "#fdebe9",
  "#fbd6d2",
  "#f5a9a1",
  "#f07a6e",
  "#ec5546",
  "#e23d2c",
  "#c92a1c",
  "#b42318",
  "#8f1c13",
  "#6d150e",
];

/** Mantine in the clothes of tokens.css. */
export const theme = createTheme({
  primaryColor: "sea",
  primaryShade: { light: 7, dark: 6 },
  colors: { sea, dark: ink, danger },
  fontFamily: "'Inter Variable', 'Inter Fallback', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', 'Inter Fallback', system-ui, sans-serif", fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  autoContrast: true,
  respectReducedMotion: true,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
});
