import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { http, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { Moment } from "../desk/Moment";
import { NumberInput } from "../desk/NumberField";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { AnnounceFields } from "./AnnounceFields";
import { firstOfNextMonth } from "./matrix";
import { Named } from "./Named";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import { useProgrammeWords } from "./programmeWords";
import { ProblemAlert } from "./refusals";
import { forgetProgrammes } from "./useProgramme";
import { type Withdrawable, WithdrawRule } from "./WithdrawRule";

type Setting = Schema["SettingView"];

/** Rates, amounts and delays: now and to come. */
export function BenefitSettings({ settings }: { settings: Setting[] }) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const { can } = useSession();
  const [changed, setChanged] = useState<Setting>();
  const [gone, setGone] = useState<Withdrawable>();
  return (
    <Panel title={<Trans>Rates, amounts, delays</Trans>} flush>
      <section className={css.scroll} tabIndex={0} aria-label={t`Rates, amounts, delays`}>
        <table className={`${css.simple} ${css.cards} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`What`}</th>
              <th scope="col" className={css.numeric}>{t`Now`}</th>
              <th scope="col">{t`To come`}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {settings.map((each) => {
              const name = words.setting(each.name);
              return (
                <tr key={each.name}>
                  <th scope="row">{name}</th>
                  <Named label={t`Now`} numeric>
                    <b>{words.settingValue(each.name, each.value)}</b>
                  </Named>
                  <Named label={t`To come`}>
                    {each.announced.length === 0
                      ? "–"
                      : each.announced.map((one) => (
                          <div key={one.id}>
                            {words.settingValue(each.name, one.value)},{" "}
                            <Trans>
                              from <Moment at={one.valid_from} day />
                            </Trans>
                            {one.note ? ` – ${one.note}` : ""}
                            {can("office:benefit:write") ? (
                              <Button
                                size="xs"
                                variant="subtle"
                                aria-label={t`Withdraw: ${name}`}
                                onClick={() => setGone({ kind: "setting", id: one.id, name })}
                              >
                                <Trans>Withdraw</Trans>
                              </Button>
                            ) : null}
                          </div>
                        ))}
                  </Named>
                  <td>
                    {can("office:benefit:write") ? (
                      <Button
                        size="sm"
                        variant="default"
                        aria-label={t`Change: ${name}`}
                        onClick={() => setChanged(each)}
                      >
                        <Trans>Change</Trans>
                      </Button>
                    ) : null}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <WithdrawRule rule={gone} onClose={() => setGone(undefined)} />
      <Dialog
        opened={changed !== undefined}
        onClose={() => setChanged(undefined)}
        title={changed ? words.setting(changed.name) : ""}
        closeOnClickOutside={false}
      >
        {changed ? (
          <ChangeForm key={changed.name} setting={changed} onDone={() => setChanged(undefined)} />
        ) : null}
      </Dialog>
    </Panel>
  );
}

interface Values extends Record<string, unknown> {
  value: number | string;
  valid_from: string;
  note: string;
}

function ChangeForm({ setting, onDone }: { setting: Setting; onDone: () => void }) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const hundredths = setting.name.endsWith("_bp") || setting.name.endsWith("_minor");
  const scale = hundredths ? 100 : 1;
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    initialValues: { value: setting.value / scale, valid_from: firstOfNextMonth(), note: "" },
    submit: async (values) => {
      const { error: refusal } = await http.POST("/api/office/benefits/settings", {
        body: {
          name: setting.name,
          value: Math.round(Number(values.value || 0) * scale),
          valid_from: midnightInParis(values.valid_from),
          note: values.note.trim(),
        },
      });
      if (refusal) throw refusal;
      await forgetProgrammes();
      onDone();
    },
  });
  return (
    <form className={css.form} onSubmit={onSubmit}>
      <ProblemAlert error={error} rest={rest} />
      <NumberInput
        {...words.typed}
        label={
          setting.name.endsWith("_bp")
            ? t`Percent`
            : setting.name.endsWith("_minor")
              ? t`Amount in euros`
              : setting.name.endsWith("_months")
                ? t`Months`
                : t`Days`
        }
        description={t`From ${words.settingValue(setting.name, setting.least)} to ${words.settingValue(setting.name, setting.most)}`}
        min={setting.least / scale}
        max={setting.most / scale}
        decimalScale={hundredths ? 2 : 0}
        {...form.getInputProps("value")}
      />
      <AnnounceFields inputProps={form.getInputProps} pending={pending} onCancel={onDone} />
    </form>
  );
}
