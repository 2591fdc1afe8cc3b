import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Textarea } from "@mantine/core";
import { type ChangeEvent, useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import css from "./Featured.module.css";
import office from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { Day, Why } from "./startupBits";

type Calendar = Schema["FeaturedCalendar"];
type Place = Schema["FeaturedPlaceView"];
type Criterion = Schema["FeaturedPlaceIn"]["criterion"];

const DAYS = 91;
const DAY_MS = 86_400_000;
const forget = () => queryClient.invalidateQueries({ queryKey: ["get", "/api/office/featured-places"] });
const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
const later = (day: string, days: number) =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
const lastOf = (place: Place) => place.ended_on ?? place.ends_on;

function useWords() {
  const { t } = useLingui();
  const f = useFormat();
  return {
    slot: (code: string) => {
      const [page, number] = code.split("_");
      return page === "home" ? t`Home page ${number}` : t`Directory ${number}`;
    },
    day: (date: string) => f.date(`${date}T12:00:00Z`),
    criteria: {
      sovereign: t`Kept in France`,
      newcomer: t`New in the store`,
      integration: t`Verified integration`,
      need: t`Often looked for`,
    } satisfies Record<Criterion, string>,
  };
}

/** Who stands in the featured places of the store, from when to when, and why. */
export function Featured() {
  const { t } = useLingui();
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Place>();
  const [reason, setReason] = useState("");
  const calendar = api.useQuery("get", "/api/office/featured-places");
  const write = can("office:listing:write");
  const open = (
    <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      <Trans>Feature a listing</Trans>
    </Button>
  );
  const close = () => {
    setReason("");
    setEnding(undefined);
  };
  return (
    <Page
      title={<Trans>Featured places</Trans>}
      about={
        <Trans>
          Each has dates and a reason that customers read; it ends by itself, and cannot be bought.
        </Trans>
      }
      actions={
        <>
          <Export path="/api/office/featured-places/export" wanted={{}}>
            <Trans>Export the places</Trans>
          </Export>
          {write ? open : null}
        </>
      }
    >
      <Loaded query={calendar} height={240}>
        {(data) => <Lanes calendar={data} />}
      </Loaded>
      <DataTable
        caption={t`Featured places`}
        columns={useColumns(write ? setEnding : undefined)}
        query={calendar}
        rowKey={(row) => row.id}
        pageSize={4}
        empty={
          <Empty title={<Trans>Nothing was featured yet</Trans>} action={write ? open : undefined}>
            <Trans>Choose among listings on sale whose partner’s programme gives places.</Trans>
          </Empty>
        }
      />
      <Dialog
        opened={adding}
        onClose={() => setAdding(false)}
        title={<Trans>Feature a listing</Trans>}
        closeOnClickOutside={false}
      >
        {calendar.data ? <NewPlace calendar={calendar.data} onDone={() => setAdding(false)} /> : null}
      </Dialog>
      <Confirm
        about={ending}
        title={t`End this place today?`}
        action={t`End the place`}
        danger
        onClose={close}
        run={async (place) => {
          const { error } = await http.POST("/api/office/featured-places/{place_id}/end", {
            params: { path: { place_id: place.id } },
            body: { reason: reason.trim() },
          });
          if (error) throw error;
          await forget();
        }}
      >
        <p style={{ marginTop: 0 }}>
          <Trans>The listing stays on sale; the place is free for others from today on.</Trans>
        </p>
        <Why label={t`Reason: the partner reads it`} value={reason} onChange={setReason} />
      </Confirm>
    </Page>
  );
}

/** Three months of every slot; the table below tells the same in words. */
function Lanes({ calendar }: { calendar: Calendar }) {
  const { t } = useLingui();
  const words = useWords();
  const first = today();
  const at = (day: string) => (100 * (Date.parse(day) - Date.parse(first))) / DAY_MS / DAYS;
  return (
    <Panel title={t`The next three months`}>
      <section className={css.lanes} aria-hidden="true">
        <div className={css.lane}>
          <span />
          <div className={css.scale}>
            {[0, 30, 60].map((days) => (
              <span key={days} style={{ left: `${(100 * days) / DAYS}%` }}>
                {words.day(later(first, days))}
              </span>
            ))}
          </div>
        </div>
        {calendar.slots.map((slot) => (
          <div key={slot.code} className={css.lane}>
            <span>{words.slot(slot.code)}</span>
            <div className={css.track}>
              {calendar.items
                .filter((place) => place.slot === slot.code && lastOf(place) >= first)
                .filter((place) => lastOf(place) >= place.starts_on && at(place.starts_on) < 100)
                .map((place) => {
                  const left = Math.max(0, at(place.starts_on));
                  const right = Math.min(100, at(later(lastOf(place), 1)));
                  return (
                    <span
                      key={place.id}
                      className={css.span}
                      style={{ left: `${left}%`, width: `${right - left}%` }}
                      title={place.listing_name}
                    >
                      {place.listing_name}
                    </span>
                  );
                })}
            </div>
          </div>
        ))}
      </section>
    </Panel>
  );
}

function useColumns(end: ((place: Place) => void) | undefined): Column<Place>[] {
  const { i18n } = useLingui();
  const words = useWords();
  const now = today();
  return [
    {
      key: "listing",
      label: <Trans>Listing</Trans>,
      cell: (row) => (
        <span className={office.twice}>
          <b>{row.listing_name}</b>
          <small>{row.organisation_name}</small>
        </span>
      ),
    },
    { key: "slot", label: <Trans>Place</Trans>, cell: (row) => words.slot(row.slot) },
    { key: "from", label: <Trans>From</Trans>, cell: (row) => words.day(row.starts_on) },
    { key: "to", label: <Trans>To</Trans>, cell: (row) => words.day(lastOf(row)) },
    {
      key: "why",
      label: <Trans>Reason shown</Trans>,
      cell: (row) => (
        <span className={office.twice}>
          {words.criteria[row.criterion]}
          <small>{i18n.locale === "fr" ? row.reason_fr : row.reason_en}</small>
        </span>
      ),
    },
    {
      key: "state",
      label: <Trans>State</Trans>,
      cell: (row) =>
        row.is_shown ? (
          <Pill tone="good">
            <Trans>Shown now</Trans>
          </Pill>
        ) : row.ended_on ? (
          <Pill tone="warn">
            <Trans>Ended early</Trans>
          </Pill>
        ) : row.starts_on > now ? (
          <Pill tone="accent">
            <Trans>To come</Trans>
          </Pill>
        ) : (
          <Pill>
            <Trans>Over</Trans>
          </Pill>
        ),
    },
    {
      key: "end",
      label: <Trans>Decision</Trans>,
      cell: (row) =>
        end && !row.ended_on && row.ends_on >= now ? (
          <Button size="compact-sm" variant="subtle" color="danger" onClick={() => end(row)}>
            <Trans>End early</Trans>
            <span className="sr"> {row.listing_name}</span>
          </Button>
        ) : null,
    },
  ];
}

interface Values extends Record<string, unknown> {
  slot: string;
  listing_id: string;
  starts_on: string;
  ends_on: string;
  criterion: Criterion;
  reason_fr: string;
  reason_en: string;
}

function NewPlace({ calendar, onDone }: { calendar: Calendar; onDone: () => void }) {
  const { t } = useLingui();
  const words = useWords();
  const eligible = api.useQuery("get", "/api/office/featured-places/eligible");
  const first = today();
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    initialValues: {
      slot: calendar.slots[0]?.code ?? "",
      listing_id: "",
      starts_on: first,
      ends_on: later(first, 13),
      criterion: "sovereign",
      reason_fr: "",
      reason_en: "",
    },
    validate: {
      listing_id: (value) => (value ? null : t`Choose a listing`),
      ends_on: (value, { starts_on }) => (value >= starts_on ? null : t`On its first day or later`),
      reason_fr: (value) => (value.trim() ? null : t`The reason in French`),
      reason_en: (value) => (value.trim() ? null : t`The reason in English`),
    },
    submit: async (values, key) => {
      const { error: refusal } = await http.POST("/api/office/featured-places", {
        headers: { "idempotency-key": key },
        body: values,
      });
      if (refusal) throw refusal;
      await forget();
      onDone();
    },
  });
  const oneLine = (name: "reason_fr" | "reason_en") => ({
    ...form.getInputProps(name),
    onChange: (event: ChangeEvent<HTMLTextAreaElement>) =>
      form.setFieldValue(name, event.currentTarget.value.replaceAll("\n", " ")),
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <NativeSelect
        label={t`Listing`}
        description={t`On sale, of a verified partner whose programme gives places.`}
        required
        data={[
          { value: "", label: t`Choose a listing` },
          ...(eligible.data?.items ?? []).map((one) => ({
            value: one.listing_id,
            label: `${one.listing_name} (${one.organisation_name})`,
          })),
        ]}
        {...form.getInputProps("listing_id")}
      />
      <NativeSelect
        label={t`Place`}
        data={calendar.slots.map((slot) => ({ value: slot.code, label: words.slot(slot.code) }))}
        {...form.getInputProps("slot")}
      />
      <div className={office.formRow}>
        <Day
          label={t`First day`}
          value={form.values.starts_on}
          min={first}
          onChange={(day) => form.setFieldValue("starts_on", day)}
        />
        <Day
          label={t`Last day`}
          value={form.values.ends_on}
          min={form.values.starts_on}
          error={form.errors.ends_on ? String(form.errors.ends_on) : undefined}
          onChange={(day) => form.setFieldValue("ends_on", day)}
        />
      </div>
      <NativeSelect
        label={t`Criterion`}
        description={t`As the store’s page discloses them.`}
        data={Object.entries(words.criteria).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps("criterion")}
      />
      <Textarea
        label={t`Reason that customers read, in French`}
        required
        autosize
        maxLength={300}
        {...oneLine("reason_fr")}
      />
      <Textarea
        label={t`Reason that customers read, in English`}
        required
        autosize
        maxLength={300}
        {...oneLine("reason_en")}
      />
      <div className={office.formEnd}>
        <Button type="submit" loading={pending}>
          <Trans>Feature it</Trans>
        </Button>
      </div>
    </form>
  );
}
