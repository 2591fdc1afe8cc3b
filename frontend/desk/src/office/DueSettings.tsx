import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { DataTable } from "../desk/DataTable";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Page, Panel } from "../desk/Page";
import { here } from "../desk/rows";
import { Dialog } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import { LetterDaysForm, LimitForm } from "./DueSettingForms";
import { Twice } from "./kit";
import css from "./office.module.css";

type Letters = Schema["LetterDays"];
type Limit = Schema["ReceiptLimit"];

/** When partners are written to about what they owe, and how much one person may record. */
export function DueSettings() {
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/office/receivable-settings");
  const [changed, setChanged] = useState<"letters" | "limits">();
  const close = () => setChanged(undefined);
  return (
    <Page
      narrow
      title={<Trans>Letters and limits</Trans>}
      about={
        <Trans>
          What begins later counts for what begins then: letters that were written and payments that were
          recorded stay.
        </Trans>
      }
    >
      <p className={css.crumb}>
        <Link to="/office/receivables">
          <Trans>Receivables</Trans>
        </Link>
      </p>
      <Loaded query={query} height={420}>
        {({ letters, limits }) => (
          <>
            <Panel
              flush
              title={<Trans>Letters about what is owed</Trans>}
              aside={<Change label={t`Change: letters`} onClick={() => setChanged("letters")} />}
            >
              <p className={css.note} style={{ padding: "0 20px" }}>
                <Trans>
                  So many days after it fell due, each once. A debt keeps the days of its first day.
                </Trans>
              </p>
              <LetterTable rows={letters} />
            </Panel>
            <Panel
              flush
              title={<Trans>What one person may record</Trans>}
              aside={<Change label={t`Change: limits`} onClick={() => setChanged("limits")} />}
            >
              <p className={css.note} style={{ padding: "0 20px" }}>
                <Trans>
                  All that arrived of a partner on one day in one currency, in however many lines. More needs
                  a second person, and so does every payment in a currency without a limit.
                </Trans>
              </p>
              <LimitTable rows={limits} />
            </Panel>
            <Dialog
              opened={changed !== undefined}
              onClose={close}
              closeOnClickOutside={false}
              title={
                changed === "limits" ? (
                  <Trans>What one person may record</Trans>
                ) : (
                  <Trans>Letters about what is owed</Trans>
                )
              }
            >
              {changed === "letters" ? (
                <LetterDaysForm now={letters.find((one) => one.state === "in_force")} onDone={close} />
              ) : changed === "limits" ? (
                <LimitForm limits={limits} onDone={close} />
              ) : null}
            </Dialog>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Change({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Can scope="office:settlement:close">
      <Button size="sm" variant="default" aria-label={label} onClick={onClick}>
        <Trans>Change</Trans>
      </Button>
    </Can>
  );
}

/** From when, whether it counts now, who said so and why: the same of both. */
function useDated<Row extends Letters | Limit>() {
  const { t } = useLingui();
  return [
    {
      key: "from",
      label: t`From`,
      cell: (one: Row) => (one.valid_from < "2001" ? t`The beginning` : <Moment at={one.valid_from} day />),
    },
    {
      key: "state",
      label: t`State`,
      cell: (one: Row) =>
        one.state === "in_force" ? (
          <Pill tone="good">{t`In force`}</Pill>
        ) : one.state === "to_come" ? (
          <Pill tone="accent">{t`To come`}</Pill>
        ) : (
          <Pill>{t`Over`}</Pill>
        ),
    },
    {
      key: "by",
      label: t`Changed by`,
      cell: (one: Row) =>
        one.by === null ? (
          t`As installed`
        ) : (
          <Twice first={one.by} second={<Moment at={one.recorded_at} day happened />} />
        ),
    },
    { key: "note", label: t`Why`, cell: (one: Row) => one.note },
  ];
}

function LetterTable({ rows }: { rows: Letters[] }) {
  const { t } = useLingui();
  const dated = useDated<Letters>();
  return (
    <DataTable
      caption={t`Letters about what is owed`}
      query={here(rows)}
      rowKey={(one) => one.valid_from}
      empty={null}
      columns={[
        {
          key: "days",
          label: t`After days`,
          cell: (one) => <b>{[one.first_days, one.second_days, one.last_days].join(" · ")}</b>,
        },
        ...dated,
      ]}
    />
  );
}

function LimitTable({ rows }: { rows: Limit[] }) {
  const { t } = useLingui();
  const dated = useDated<Limit>();
  return (
    <DataTable
      caption={t`What one person may record`}
      query={here(rows)}
      rowKey={(one) => one.limit.currency + one.valid_from}
      empty={null}
      columns={[
        { key: "limit", label: t`Up to`, numeric: true, cell: (one) => <Amount value={one.limit} strong /> },
        ...dated,
      ]}
    />
  );
}
