import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { ContractState } from "../desk/ContractState";
import { useWritten } from "../desk/charges";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { IconPrinter } from "../ui/icons";
import css from "./Contracts.module.css";

type Own = Schema["OwnContract"];

/** What the organisation agreed on with the operator: the contract that begins last first. */
export function Contracts() {
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/portal/contracts");
  const any = (query.data?.items.length ?? 0) > 0;
  return (
    <Page
      title={<Trans>Contracts</Trans>}
      about={<Trans>Your own prices and terms; they count instead of list price and level.</Trans>}
      actions={
        any ? (
          <>
            <Button
              variant="default"
              size="sm"
              leftSection={<IconPrinter size={16} />}
              onClick={() => window.print()}
            >
              <Trans>Print</Trans>
            </Button>
            <Export path="/api/portal/contracts/export" wanted={{}} json>
              <Trans>Export the terms</Trans>
            </Export>
          </>
        ) : undefined
      }
    >
      <Loaded query={query}>
        {({ items, waits }) => (
          <>
            {waits ? (
              <Notice title={t`Your contract waits while you buy from a wholesaler`}>
                <Trans>Its prices are those that you pay now. Yours count again when you have left it.</Trans>
              </Notice>
            ) : null}
            {items.length === 0 ? (
              <Empty
                title={<Trans>You have no contract of your own</Trans>}
                action={
                  <Link to="/portal/charges">
                    <Trans>See what you pay</Trans>
                  </Link>
                }
              >
                <Trans>
                  You pay the list price, less what your level gives. If you need prices or terms of your own,
                  ask your contact with us for a contract.
                </Trans>
              </Empty>
            ) : null}
            {items.map((one) => (
              <One key={one.id} contract={one} />
            ))}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function One({ contract }: { contract: Own }) {
  const { t } = useLingui();
  const f = useFormat();
  const day = (text: string) => f.date(`${text}T12:00:00Z`);
  return (
    <Panel title={t`Contract ${contract.number}`} aside={<ContractState state={contract.state} />}>
      <Facts
        items={[
          [t`First day`, day(contract.starts_on)],
          [t`Last day`, contract.ends_on ? day(contract.ends_on) : t`Until another one begins`],
          [t`Days to pay`, f.number(contract.payment_days)],
          [t`Your order number`, contract.po_number || "–"],
          [t`Your invoices are grouped as`, contract.grouping_reference || "–"],
          [t`Signed on`, f.date(contract.signed_at)],
        ]}
      />
      <Prices contract={contract} />
    </Panel>
  );
}

function Prices({ contract }: { contract: Own }) {
  const { t } = useLingui();
  const f = useFormat();
  const written = useWritten();
  if (contract.prices.length === 0) {
    return (
      <p>
        <Trans>It gives no price: you pay the list price, less what your level gives.</Trans>
      </p>
    );
  }
  return (
    <table className={`${css.prices} tnum`}>
      <thead>
        <tr>
          <th scope="col">{t`Resource`}</th>
          <th scope="col">{t`Your price`}</th>
        </tr>
      </thead>
      <tbody>
        {contract.prices.map((price) => (
          <tr key={price.resource}>
            <th scope="row">
              {price.resource || (contract.prices.length === 1 ? t`Every resource` : t`Every other resource`)}
            </th>
            <td>
              {price.unit_price == null
                ? t`${f.rate(price.discount_bp ?? 0)} off list`
                : t`${written(price.unit_price)} ${price.currency ?? ""} for one unit`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
