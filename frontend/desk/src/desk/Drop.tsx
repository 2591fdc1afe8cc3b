import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useId, useRef, useState } from "react";
import { IconFileText, IconUpload } from "../ui/icons";
import css from "./Drop.module.css";
import { DOCUMENT_TYPES, refusedFile } from "./upload";

/** One document, dragged here or chosen; `sent` from 0 to 1 while it leaves. */
export function Drop({
  label,
  file,
  onFile,
  sent,
  required = false,
}: {
  label: string;
  file: File | undefined;
  onFile: (file: File | undefined) => void;
  sent?: number | undefined;
  required?: boolean;
}) {
  const { t, i18n } = useLingui();
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<"type" | "size">();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const take = (one: File | null | undefined) => {
    if (!one) return;
    const why = refusedFile(one);
    setRefused(why);
    onFile(why ? undefined : one);
  };
  const size = (bytes: number) =>
    new Intl.NumberFormat(i18n.locale, {
      style: "unit",
      unit: bytes < 1_000_000 ? "kilobyte" : "megabyte",
      maximumFractionDigits: 1,
    }).format(bytes / (bytes < 1_000_000 ? 1000 : 1_000_000));
  return (
    <div>
      <label className={css.label} htmlFor={id}>
        {label}
        {required ? <span aria-hidden="true"> *</span> : null}
      </label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the input inside is for the keyboard */}
      <div
        className={css.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files[0]);
        }}
      >
        <input
          ref={input}
          id={id}
          className="sr"
          type="file"
          accept={DOCUMENT_TYPES.join(",")}
          aria-describedby={`${id}-about`}
          aria-invalid={refused ? true : undefined}
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
        {file ? (
          <p className={css.chosen}>
            <IconFileText size={18} aria-hidden />
            <b>{file.name}</b>
            <span>{size(file.size)}</span>
          </p>
        ) : (
          <p className={css.about}>
            <Trans>Drag it here, or choose it.</Trans>
          </p>
        )}
        <Button
          size="sm"
          variant="default"
          leftSection={<IconUpload size={16} />}
          onClick={() => input.current?.click()}
          tabIndex={-1}
          aria-hidden="true"
        >
          {file ? t`Choose another file` : t`Choose a file`}
        </Button>
        {sent === undefined ? null : (
          <progress className={css.progress} value={sent} max={1} aria-label={t`Sent so far`} />
        )}
      </div>
      <p id={`${id}-about`} className={css.hint} data-bad={refused ? true : undefined} role="status">
        {refused === "type"
          ? t`This is neither a PDF nor a PNG nor a JPEG: export it as PDF.`
          : refused === "size"
            ? t`This is larger than 5 MB: send a smaller one.`
            : t`PDF, PNG or JPEG, at most 5 MB.`}
      </p>
    </div>
  );
}
