import { Trans, useLingui } from "@lingui/react/macro";
import { Button, FileInput, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { ProblemAlert } from "../desk/problems";
import { readFile } from "../desk/upload";
import { rereadKit } from "./SalesKit";

type Body = Schema["KitDocumentIn"];
const MOST_BYTES = 5_000_000;

/** A new document, or the next version of one. */
export function PublishKit({ onDone }: { onDone: () => void }) {
  const { t, i18n } = useLingui();
  const { data } = api.useQuery("get", "/api/office/programmes");
  const programmes = data?.map(({ programme }) => programme);
  const [file, setFile] = useState<File | null>(null);
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { code: "", title: "", language: "fr", role: "", programme: "", level: "", file: "" },
    validate: {
      code: (text) =>
        /^[a-z0-9][a-z0-9-]{0,99}$/.test(text) ? null : t`Small letters, digits and hyphens only`,
      title: (text) => (text.trim() ? null : t`A title is needed`),
      file: () =>
        file === null ? t`Choose a file` : file.size > MOST_BYTES ? t`It is larger than 5 MB` : null,
    },
    submit: async (values, key) => {
      if (!file) return;
      const sent = await readFile(file);
      const { error } = await http.POST("/api/office/kit", {
        headers: { "idempotency-key": key },
        body: {
          code: values.code,
          title: values.title.trim(),
          language: values.language as Body["language"],
          role: (values.role || null) as NonNullable<Body["role"]> | null,
          programme: values.programme || null,
          level: (values.programme && values.level) || null,
          file_name: sent.name,
          content: sent.content,
        },
      });
      if (error) throw error;
      await rereadKit();
      onDone();
    },
  });
  const french = i18n.locale === "fr";
  const levels = programmes?.find(({ code }) => code === form.values.programme)?.levels ?? [];
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`Title`} required maxLength={200} {...form.getInputProps("title")} />
      <TextInput
        label={t`Its own code`}
        description={t`The same code and language again is its next version.`}
        required
        {...form.getInputProps("code")}
      />
      <NativeSelect
        label={t`Language`}
        data={[
          { value: "fr", label: t`French` },
          { value: "en", label: t`English` },
        ]}
        {...form.getInputProps("language")}
      />
      <NativeSelect
        label={t`Type of partner`}
        data={[
          { value: "", label: t`All types` },
          { value: "isv", label: t`Editors` },
          { value: "vai", label: t`Integrators` },
          { value: "wholesaler", label: t`Wholesalers` },
          { value: "reseller", label: t`Resellers` },
          { value: "startup", label: t`Start-ups` },
        ]}
        {...form.getInputProps("role")}
      />
      <NativeSelect
        label={t`Programme`}
        data={[
          { value: "", label: t`All programmes, and none` },
          ...(programmes ?? []).map((one) => ({
            value: one.code,
            label: french ? one.name_fr : one.name_en,
          })),
        ]}
        {...form.getInputProps("programme")}
      />
      {levels.length > 0 ? (
        <NativeSelect
          label={t`From this level on`}
          data={[
            { value: "", label: t`All levels` },
            ...levels.map((one) => ({ value: one.code, label: french ? one.name_fr : one.name_en })),
          ]}
          {...form.getInputProps("level")}
        />
      ) : null}
      <FileInput
        label={t`File`}
        description={t`PDF, image, Office or OpenDocument file, text, Markdown or CSV, at most 5 MB.`}
        required
        accept=".pdf,.png,.jpg,.jpeg,.gif,.webp,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.md,.csv"
        value={file}
        onChange={setFile}
        error={form.errors.file}
      />
      <Button type="submit" loading={pending}>
        <Trans>Publish it</Trans>
      </Button>
    </form>
  );
}
