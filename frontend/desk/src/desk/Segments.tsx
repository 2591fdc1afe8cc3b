import { useLingui } from "@lingui/react/macro";
import { Checkbox } from "@mantine/core";
import { SEGMENTS, useDealWords } from "./deals";

/** To whom a listing is offered; nobody ticked is everybody. */
export function Segments(input: { value?: string[]; onChange?: (value: string[]) => void }) {
  const { t } = useLingui();
  const { segments } = useDealWords();
  return (
    <Checkbox.Group
      label={t`Offered to`}
      description={t`Only these customers see it and may buy it; with none ticked, everybody.`}
      {...input}
    >
      <div style={{ display: "grid", gap: 8, marginTop: 8 }}>
        {SEGMENTS.map((value) => (
          <Checkbox key={value} value={value} label={segments[value]} />
        ))}
      </div>
    </Checkbox.Group>
  );
}
