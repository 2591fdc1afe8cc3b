import { useLingui } from "@lingui/react/macro";
import { type FormValidateInput, useForm } from "@mantine/form";
import { useBlocker } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { isProblem, splitProblem } from "../api/problem";
import { useProblemText } from "./problemText";
import { useFieldText } from "./refusals";

interface Asked<Values extends Record<string, unknown>> {
  /** Names the draft that outlives a reload or a new sign-in; none for secrets. */
  draft?: string;
  initialValues: Values;
  validate?: FormValidateInput<Values>;
  /** The field that a refusal as a whole speaks of, by its code: it is told there and not in general. */
  places?: Record<string, keyof Values & string>;
  /** Sends it; what it throws is shown, at the field that it speaks of. */
  submit: (values: Values, key: string) => Promise<unknown>;
}

/**
 * A form that loses nothing: a draft in this tab, a question before one leaves it unsaved, errors of the
 * server beside their fields. The idempotency key stays the same until the values change.
 */
export function useDeskForm<Values extends Record<string, unknown>>({
  draft,
  initialValues,
  validate,
  places,
  submit,
}: Asked<Values>) {
  const { t } = useLingui();
  const say = useFieldText();
  const text = useProblemText();
  const form = useForm<Values>({ mode: "controlled", initialValues, ...(validate ? { validate } : {}) });
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [rest, setRest] = useState<string[]>([]);
  const key = useRef(crypto.randomUUID());
  const saved = useRef(false);
  const dirty = form.isDirty();
  useDraft(form, draft);

  useEffect(() => {
    key.current = crypto.randomUUID();
  }, [form.values]);
  useBlocker({
    shouldBlockFn: () =>
      !saved.current && form.isDirty() && !window.confirm(t`Leave without saving? What you typed is lost.`),
    enableBeforeUnload: () => !saved.current && form.isDirty(),
    disabled: !dirty,
  });

  const onSubmit = form.onSubmit(
    async (values) => {
      setPending(true);
      setError(null);
      setRest([]);
      try {
        saved.current = true;
        await submit(values, key.current);
        if (draft) sessionStorage.removeItem(`draft:${draft}`);
        form.resetDirty();
      } catch (refusal) {
        const place = isProblem(refusal) ? places?.[refusal.code] : undefined;
        if (isProblem(refusal) && place) {
          const { title, detail } = text(refusal);
          form.setErrors({ [place]: [title, detail].filter(Boolean).join(". ") });
          focusFirstError();
          return;
        }
        setError(refusal);
        if (isProblem(refusal)) {
          const split = splitProblem(refusal, Object.keys(initialValues), say);
          form.setErrors(split.fields);
          setRest(split.rest);
          focusFirstError();
        }
      } finally {
        saved.current = false;
        setPending(false);
      }
    },
    () => focusFirstError(),
  );
  return { form, onSubmit, pending, error, rest, dirty };
}

function useDraft<Values extends Record<string, unknown>>(
  form: { values: Values; setValues: (values: Values) => void; isDirty: () => boolean },
  draft: string | undefined,
) {
  const restored = useRef(false);
  useEffect(() => {
    if (!draft || restored.current) return;
    restored.current = true;
    const kept = sessionStorage.getItem(`draft:${draft}`);
    if (kept) form.setValues(JSON.parse(kept) as Values);
  }, [draft, form]);
  const { values } = form;
  const isDirty = form.isDirty();
  useEffect(() => {
    if (draft && isDirty) sessionStorage.setItem(`draft:${draft}`, JSON.stringify(values));
  }, [draft, values, isDirty]);
}

function focusFirstError() {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** An action without a form: pending, what refused it, and one idempotency key for each try by hand. */
export function useAction<Argument = void>(act: (argument: Argument) => Promise<unknown>) {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = useCallback(
    async (argument: Argument) => {
      setPending(true);
      setError(null);
      try {
        await act(argument);
        return true;
      } catch (refusal) {
        setError(refusal);
        return false;
      } finally {
        setPending(false);
      }
    },
    [act],
  );
  return { run, pending, error, reset: () => setError(null) };
}
