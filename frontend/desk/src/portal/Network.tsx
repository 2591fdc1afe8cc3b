import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useDeskForm } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { countries } from "../i18n/countries";
import { IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { NameContact } from "./NameContact";
import css from "./Network.module.css";
import { NetworkEarnings, NetworkPrices, OwnPrice } from "./NetworkMoney";
import { useWords } from "./words";

type Reseller = Schema["LinkView"];
type Asked = Schema["ResellerIn"];
const SEGMENTS: Asked["segment"][] = ["tpe", "pme", "eti", "large_account", "public_body", "local_authority"];
const BILLINGS: NonNullable<Asked["billing"]>[] = ["wholesaler", "operator"];

/** Who stands above the organisation, and everybody below it. */
export function Network() {
  const { t } = useLingui();
  const { can } = useSession();
  const network = api.useQuery("get", "/api/portal/network");
  const [inviting, setInviting] = useState(false);
  const [invited, setInvited] = useState<string>();
  const [naming, setNaming] = useState<Reseller>();
  const below = network.data?.resellers ?? [];
  const mayInvite = can("portal:network:write") && network.data?.may_invite === true;
  const open = (
    <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setInviting(true)}>
      <Trans>Invite a reseller</Trans>
    </Button>
  );
  return (
    <Page
      title={<Trans>Network</Trans>}
      about={<Trans>Who sells through you, and through whom you sell.</Trans>}
      actions={mayInvite ? open : undefined}
    >
      {invited ? (
        <Notice tone="good" title={t`The invitation to ${invited} is on its way`}>
          <Trans>Its link holds for seven days.</Trans>
        </Notice>
      ) : null}
      {network.data?.place ? (
        <>
          <Place place={network.data.place} />
          <Can scope="portal:charge:read">
            <OwnPrice />
          </Can>
        </>
      ) : null}
      <DataTable
        caption={t`Resellers below your organisation`}
        columns={useColumns(can("portal:network:write") ? setNaming : undefined)}
        query={{ ...network, data: network.data ? { items: network.data.resellers } : undefined }}
        rowKey={(row) => row.organisation_id}
        pageSize={3}
        empty={
          <Empty title={<Trans>Nobody sells through you yet</Trans>} action={mayInvite ? open : undefined}>
            {mayInvite ? (
              <Trans>A reseller that you invite stands below you from that moment on.</Trans>
            ) : (
              <Trans>Only a wholesaler invites resellers: write to us to become one.</Trans>
            )}
          </Empty>
        }
      />
      {below.length > 0 ? (
        <Can scope="portal:charge:read">
          <NetworkEarnings />
          <NetworkPrices
            names={new Map(below.map((one) => [one.organisation_id, one.name]))}
            maySet={can("portal:network:write")}
          />
        </Can>
      ) : null}
      <Dialog opened={inviting} onClose={() => setInviting(false)} title={<Trans>Invite a reseller</Trans>}>
        <Invite
          onDone={(email) => {
            setInviting(false);
            setInvited(email);
          }}
        />
      </Dialog>
      <Dialog
        opened={naming !== undefined}
        onClose={() => setNaming(undefined)}
        title={t`Contact of ${naming?.name ?? ""}`}
      >
        {naming ? <NameContact reseller={naming} onDone={() => setNaming(undefined)} /> : null}
      </Dialog>
    </Page>
  );
}

function Place({ place }: { place: Schema["PlaceView"] }) {
  const { t } = useLingui();
  const billed = useBilled();
  return (
    <Panel title={<Trans>Your wholesaler</Trans>}>
      <Facts
        items={[
          [t`Name`, <b key="n">{place.parent_name}</b>],
          [t`Your invoices come from`, billed[place.billing]],
          [t`Since`, <Moment key="s" at={place.joined_at} day />],
          [
            t`Your contact there`,
            place.contact ? (
              <span key="c">
                {place.contact.name}, <a href={`mailto:${place.contact.email}`}>{place.contact.email}</a>
              </span>
            ) : (
              t`Nobody named yet`
            ),
          ],
        ]}
      />
    </Panel>
  );
}

function useBilled(): Record<NonNullable<Asked["billing"]>, string> {
  const { t } = useLingui();
  return { wholesaler: t`The wholesaler`, operator: t`The operator` };
}

function useColumns(name?: (row: Reseller) => void): Column<Reseller>[] {
  const billed = useBilled();
  return [
    {
      key: "name",
      label: <Trans>Reseller</Trans>,
      cell: (row) => (
        <span className={css.name} data-depth={row.depth}>
          <b>{row.name}</b>
        </span>
      ),
    },
    {
      key: "state",
      label: <Trans>State</Trans>,
      cell: (row) =>
        row.verification === "verified" ? (
          <Pill tone="good">
            <Trans>Verified</Trans>
          </Pill>
        ) : (
          <Pill tone="warn">
            <Trans>Being checked</Trans>
          </Pill>
        ),
    },
    { key: "billing", label: <Trans>Billed by</Trans>, cell: (row) => billed[row.billing] },
    {
      key: "since",
      label: <Trans>Since</Trans>,
      cell: (row) => <Moment at={row.joined_at} day />,
      faint: true,
    },
    {
      key: "contact",
      label: <Trans>Contact</Trans>,
      cell: (row) => (
        <>
          {row.contact ? row.contact.name : row.depth > 1 ? "–" : null}{" "}
          {name && row.depth === 1 ? (
            <Button size="compact-sm" variant="default" onClick={() => name(row)}>
              {row.contact ? <Trans>Change</Trans> : <Trans>Name one</Trans>}
              <span className="sr"> {row.name}</span>
            </Button>
          ) : null}
        </>
      ),
    },
  ];
}

function Invite({ onDone }: { onDone: (email: string) => void }) {
  const { t, i18n } = useLingui();
  const words = useWords();
  const billed = useBilled();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "reseller",
    initialValues: {
      name: "",
      email: "",
      country: "FR",
      segment: "tpe",
      billing: "wholesaler",
      language: i18n.locale === "fr" ? "fr" : "en",
    } as Asked & Record<string, unknown>,
    validate: {
      name: (value) => (value.trim() ? null : t`The name of the company`),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/network/resellers", {
        headers: { "idempotency-key": key },
        body: values,
      });
      if (error) throw error;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/network"] });
      onDone(values.email);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`Company`} required data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t`Address of mail of its owner`}
        type="email"
        required
        {...form.getInputProps("email")}
      />
      <NativeSelect label={t`Country`} data={countries(i18n.locale)} {...form.getInputProps("country")} />
      <NativeSelect
        label={t`Size`}
        data={SEGMENTS.map((value) => ({ value, label: words.segment(value) }))}
        {...form.getInputProps("segment")}
      />
      <NativeSelect
        label={t`Its invoices come from`}
        description={t`The operator’s own bills pay you your margin with your statement.`}
        data={BILLINGS.map((value) => ({ value, label: billed[value] }))}
        {...form.getInputProps("billing")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Send the invitation</Trans>
        </Button>
      </Group>
    </form>
  );
}
