import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts } from "../desk/Page";
import { Side } from "../desk/Windows";
import { useNames } from "./names";
import css from "./office.module.css";
import { useRelationWords } from "./relationWords";
import { useWords } from "./words";

/** The order behind a sale: who bought, who managed the buyer then, what it cost. */
export function OrderSide({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Side opened={id !== undefined} onClose={onClose} title={t`Order`}>
      {id ? <Order id={id} /> : null}
    </Side>
  );
}

function Order({ id }: { id: string }) {
  const { t } = useLingui();
  const words = useWords();
  const relations = useRelationWords();
  const query = api.useQuery("get", "/api/office/orders/{order_id}", {
    params: { path: { order_id: id } },
  });
  const names = useNames(query.data ? [query.data.buyer_id] : []);
  return (
    <Loaded query={query} height={320}>
      {({ order, managed, buyer_id, buyer_segment, fee }) => (
        <Facts
          items={[
            [t`Listing`, order.listing_name],
            [
              t`Bought by`,
              <Link
                key="b"
                className={css.link}
                to="/office/partners/$organisationId"
                params={{ organisationId: buyer_id }}
              >
                {names(buyer_id)}
              </Link>,
            ],
            [t`Segment`, words.segment(buyer_segment)],
            [t`Relation`, managed ? relations.relations[managed.relation] : t`Not kept at that time`],
            ...(managed && managed.relation !== "self_service"
              ? [[t`Managed by`, managed.by ?? t`Nobody was named yet`] as [string, string]]
              : []),
            [t`Ordered`, <Moment key="o" at={order.placed_at} />],
            ...(order.paid_at
              ? [[t`Paid`, <Moment key="p" at={order.paid_at} />] as [string, ReactNode]]
              : []),
            [t`Before VAT`, <Amount key="n" value={order.net} />],
            [t`VAT`, <Amount key="v" value={order.vat} />],
            [t`Paid by the customer`, <Amount key="g" value={order.gross} strong />],
            ...(fee
              ? [[t`Fees of the payment service`, <Amount key="f" value={fee} />] as [string, ReactNode]]
              : []),
          ]}
        />
      )}
    </Loaded>
  );
}
