import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect } from "@mantine/core";
import { Fragment, useState } from "react";
import { http, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import { AnnounceFields } from "./AnnounceFields";
import { firstOfNextMonth } from "./matrix";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import own from "./programmes.module.css";
import { useProgrammeWords } from "./programmeWords";
import { ProblemAlert } from "./refusals";
import { forgetProgrammes, useProgrammes } from "./useProgramme";
import { type Withdrawable, WithdrawRule } from "./WithdrawRule";

type Gift = Schema["GiftView"];
type Programme = Schema["ProgrammeView"];

/** What each level has: what was announced last and began counts; what begins later is named. */
export function Gifts({ gifts }: { gifts: Gift[] }) {
  const { can } = useSession();
  const words = useProgrammeWords();
  const query = useProgrammes();
  const [changed, setChanged] = useState<{ programme: Programme; level: string }>();
  return (
    <Loaded query={query} height={320}>
      {(programmes) => (
        <>
          {programmes.map(({ programme }) => (
            <Panel key={programme.code} title={words.named(programme)} flush>
              <div className={css.scroll}>
                <table className={`${css.simple} ${css.cards} ${own.gifts}`}>
                  <tbody>
                    {programme.levels.map((level) => (
                      <Row
                        key={level.code}
                        name={words.named(level)}
                        gifts={gifts.filter(
                          (gift) => gift.programme === programme.code && gift.level === level.code,
                        )}
                        onChange={
                          can("office:benefit:write")
                            ? () => setChanged({ programme, level: level.code })
                            : undefined
                        }
                      />
                    ))}
                  </tbody>
                </table>
              </div>
            </Panel>
          ))}
          <Dialog
            opened={changed !== undefined}
            onClose={() => setChanged(undefined)}
            title={
              changed
                ? `${words.named(changed.programme)}, ${words.level(changed.programme, changed.level)}`
                : ""
            }
            closeOnClickOutside={false}
          >
            {changed ? (
              <GiftForm
                programme={changed.programme}
                level={changed.level}
                onDone={() => setChanged(undefined)}
              />
            ) : null}
          </Dialog>
        </>
      )}
    </Loaded>
  );
}

function Row({ name, gifts, onChange }: { name: string; gifts: Gift[]; onChange: (() => void) | undefined }) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const now = new Date().toISOString();
  const { can } = useSession();
  const [gone, setGone] = useState<Withdrawable>();
  // The newest beginning comes first, so the first one that began is the one that counts.
  const announced = gifts.filter((gift) => !gift.withdrawn);
  const begun = announced.filter((gift) => gift.valid_from <= now);
  const given = begun.filter(
    (gift, index) => gift.is_given && begun.findIndex(({ kind }) => kind === gift.kind) === index,
  );
  const coming = announced.filter((gift) => gift.valid_from > now).toReversed();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={css.wrapCell}>
        <span className={css.formEnd}>
          {given.length === 0 ? <span>{t`Nothing`}</span> : null}
          {given.map((gift) => (
            <Pill key={gift.kind} tone="good">
              {words.benefit(gift.kind)}
            </Pill>
          ))}
          {coming.map((gift) => (
            <Fragment key={gift.id}>
              <Pill tone={gift.is_given ? "accent" : "warn"}>
                {gift.is_given ? (
                  <Trans>
                    {words.benefit(gift.kind)} from <Moment at={gift.valid_from} day />
                  </Trans>
                ) : (
                  <Trans>
                    {words.benefit(gift.kind)} until <Moment at={gift.valid_from} day />
                  </Trans>
                )}
              </Pill>
              {can("office:benefit:write") ? (
                <Button
                  size="xs"
                  variant="subtle"
                  aria-label={t`Withdraw: ${words.benefit(gift.kind)}`}
                  onClick={() => setGone({ kind: "benefit", id: gift.id, name: words.benefit(gift.kind) })}
                >
                  <Trans>Withdraw</Trans>
                </Button>
              ) : null}
            </Fragment>
          ))}
        </span>
        <WithdrawRule rule={gone} onClose={() => setGone(undefined)} />
      </td>
      <td>
        {onChange ? (
          <Button size="sm" variant="default" aria-label={t`Change: ${name}`} onClick={onChange}>
            <Trans>Change</Trans>
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

interface Values extends Record<string, unknown> {
  kind: string;
  is_given: string;
  valid_from: string;
  note: string;
}

function GiftForm({ programme, level, onDone }: { programme: Programme; level: string; onDone: () => void }) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    initialValues: { kind: "discount", is_given: "yes", valid_from: firstOfNextMonth(), note: "" },
    submit: async (values) => {
      const { error: refusal } = await http.POST("/api/office/benefits/gifts", {
        body: {
          programme: programme.code,
          level,
          kind: values.kind as Schema["GiftIn"]["kind"],
          is_given: values.is_given === "yes",
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
      <NativeSelect
        label={t`Benefit`}
        data={Object.entries(words.benefits).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps("kind")}
      />
      <NativeSelect
        label={t`Who holds the level`}
        data={[
          { value: "yes", label: t`has it from then on` },
          { value: "no", label: t`has it no more from then on` },
        ]}
        {...form.getInputProps("is_given")}
      />
      <AnnounceFields inputProps={form.getInputProps} pending={pending} onCancel={onDone} />
    </form>
  );
}
