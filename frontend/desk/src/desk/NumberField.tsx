import { useLingui } from "@lingui/react/macro";
import { NumberInput as Mantine, type NumberInputProps } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useFormat } from "../i18n/format";

/** A number as it was typed: one out of its bounds is told, and never made another one silently. */
export function NumberInput({ error, ...props }: NumberInputProps) {
  const { t } = useLingui();
  const f = useFormat();
  const field = useRef<HTMLInputElement>(null);
  const { min, max, value } = props;
  const number = value === "" || value === undefined ? undefined : Number(value);
  const said = (bound: number | bigint | undefined) => f.number(Number(bound ?? 0));
  const wrong =
    number === undefined
      ? ""
      : min !== undefined && max !== undefined && (number < Number(min) || number > Number(max))
        ? t`Give a number from ${said(min)} to ${said(max)}.`
        : min !== undefined && number < Number(min)
          ? t`Give ${said(min)} or more.`
          : max !== undefined && number > Number(max)
            ? t`Give ${said(max)} or less.`
            : "";
  // The browser holds the form back, and shows the field.
  useEffect(() => field.current?.setCustomValidity(wrong), [wrong]);
  return (
    <Mantine
      decimalSeparator={f.locale === "fr" ? "," : "."}
      allowedDecimalSeparators={props.thousandSeparator === "," ? ["."] : [",", "."]}
      {...props}
      ref={field}
      clampBehavior="none"
      error={error || wrong || undefined}
    />
  );
}
