import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Drop } from "../desk/Drop";
import { useAction } from "../desk/form";
import { Notice } from "../desk/Notice";
import { NumberInput } from "../desk/NumberField";
import { ProblemAlert } from "../desk/problems";
import { fetchTelling, readFile } from "../desk/upload";
import { IconPlus, IconX } from "../ui/icons";
import css from "./File.module.css";
import { forget, type Item, useFileWords } from "./file";

type Asked = Schema["EvidenceIn"];
type Organisation = Schema["OrganisationView"];
interface Person {
  key: string;
  name: string;
  share: number | string;
}

const nobody = (): Person => ({ key: crypto.randomUUID(), name: "", share: "" });
const VALUES = ["legal_identity", "vat_number", "einvoicing_address"];
const PEOPLE = ["directors", "beneficial_owners"];

/** What the organisation shows for one item: a number, names, a document, as the item asks. */
export function Supply({ item, onDone }: { item: Item; onDone: () => void }) {
  const organisation = api.useQuery("get", "/api/portal/organisation");
  if (!organisation.data) return null;
  return <Form item={item} organisation={organisation.data} onDone={onDone} />;
}

function Form({
  item,
  organisation,
  onDone,
}: {
  item: Item;
  organisation: Organisation;
  onDone: () => void;
}) {
  const { t } = useLingui();
  const words = useFileWords();
  const [value, setValue] = useState(() => known(item.name, organisation));
  const [people, setPeople] = useState<Person[]>(() => [nobody()]);
  const [none, setNone] = useState(false);
  const [issued, setIssued] = useState("");
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState<number>();
  const isExtract = item.name === "register_extract";
  const owners = item.name === "beneficial_owners";
  const named = people.filter(({ name }) => name.trim());
  const whole = VALUES.includes(item.name)
    ? value.trim() !== ""
    : isExtract
      ? file !== undefined && issued !== ""
      : owners
        ? none || (named.length > 0 && named.every(({ share }) => Number(share) >= 25))
        : named.length > 0;
  const send = useAction(async () => {
    const document = file ? await readFile(file) : null;
    const body: Asked = {
      item: item.name as Asked["item"],
      value: VALUES.includes(item.name) ? unspaced(value) : null,
      people: none || !PEOPLE.includes(item.name) ? [] : named.map((one) => asPerson(one, owners)),
      issued_on: issued || null,
      document,
    };
    try {
      const { error } = await http.POST("/api/portal/file/evidence", {
        body,
        ...(document ? { fetch: fetchTelling(setSent) } : {}),
      });
      if (error) throw error;
    } finally {
      setSent(undefined);
    }
    await forget();
    onDone();
  });
  return (
    <form
      className={css.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (whole) void send.run();
      }}
    >
      <p className={css.how}>{words.own(item.how)}</p>
      {item.reason ? (
        <Notice tone="bad" title={t`What you sent before was refused`}>
          {words.reason(item.reason)}
        </Notice>
      ) : null}
      <ProblemAlert error={send.error} rest={[]} />
      {VALUES.includes(item.name) ? (
        <Value name={item.name} country={organisation.country} value={value} onChange={setValue} />
      ) : null}
      {PEOPLE.includes(item.name) && !none ? (
        <People owners={owners} people={people} onChange={setPeople} />
      ) : null}
      {owners ? (
        <label>
          <input type="checkbox" checked={none} onChange={(event) => setNone(event.currentTarget.checked)} />{" "}
          <Trans>Nobody holds a quarter of the capital or of the votes</Trans>
        </label>
      ) : null}
      {isExtract ? (
        <TextInput
          type="date"
          required
          label={t`Day on which it was issued`}
          value={issued}
          onChange={(event) => setIssued(event.currentTarget.value)}
        />
      ) : null}
      <Drop
        label={isExtract ? t`The extract` : t`A document that shows it (optional)`}
        required={isExtract}
        file={file}
        onFile={setFile}
        sent={sent}
      />
      <div className={css.end}>
        <Button type="submit" loading={send.pending} disabled={!whole}>
          <Trans>Send it to be looked at</Trans>
        </Button>
      </div>
    </form>
  );
}

const unspaced = (value: string) => value.replaceAll(/[\s.]/g, "").toUpperCase();
const asPerson = ({ name, share }: Person, owners: boolean) => ({
  name: name.trim(),
  share_bp: owners ? Math.round(Number(share) * 100) : null,
});

/** What the organisation has told already. */
function known(item: string, one: Organisation): string {
  if (item === "legal_identity") return one.siret ?? "";
  if (item === "vat_number") return one.vat_number ?? "";
  if (item === "einvoicing_address") return one.siren ? `0225:${one.siren}` : "";
  return "";
}

function Value({
  name,
  country,
  value,
  onChange,
}: {
  name: string;
  country: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useLingui();
  const french = country === "FR";
  const labels: Record<string, [label: string, example: string]> = {
    legal_identity: french
      ? [t`SIRET of the seat`, "552 100 554 00013"]
      : [t`Number in your country’s register`, "HRB 12345"],
    vat_number: [t`VAT number`, "FR83404833048"],
    einvoicing_address: [t`Electronic invoicing address`, french ? "0225:552100554" : "0204:…"],
  };
  const [label, example] = labels[name] ?? [name, ""];
  return (
    <TextInput
      label={label}
      description={t`For example ${example}`}
      required
      maxLength={200}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function People({
  owners,
  people,
  onChange,
}: {
  owners: boolean;
  people: Person[];
  onChange: (people: Person[]) => void;
}) {
  const { t } = useLingui();
  const change = (key: string, told: Partial<Person>) =>
    onChange(people.map((one) => (one.key === key ? { ...one, ...told } : one)));
  return (
    <fieldset className={css.people}>
      <legend>{owners ? t`Who holds a quarter or more` : t`Who directs the organisation`}</legend>
      {people.map((one, place) => (
        <div className={css.person} key={one.key}>
          <TextInput
            label={t`First and last name (${place + 1})`}
            maxLength={200}
            value={one.name}
            onChange={(event) => change(one.key, { name: event.currentTarget.value })}
          />
          {owners ? (
            <NumberInput
              className={css.share ?? ""}
              label={t`Share, in percent`}
              min={25}
              max={100}
              decimalScale={2}
              hideControls
              value={one.share}
              onChange={(share) => change(one.key, { share })}
            />
          ) : null}
          {people.length > 1 ? (
            <Button
              variant="default"
              aria-label={t`Take person ${place + 1} away`}
              onClick={() => onChange(people.filter(({ key }) => key !== one.key))}
            >
              <IconX size={16} />
            </Button>
          ) : null}
        </div>
      ))}
      {people.length < 20 ? (
        <div>
          <Button
            size="sm"
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={() => onChange([...people, nobody()])}
          >
            <Trans>Another person</Trans>
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}
