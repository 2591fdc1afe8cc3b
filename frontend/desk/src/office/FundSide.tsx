import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { FundFacts, FundProofs, FundSteps } from "../desk/funds";
import { Loaded } from "../desk/Loaded";
import { Facts, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { FundStepForm } from "./FundStepForm";

/** One request: what is known of it, its proofs, and the decision that waits. */
export function FundSide({ id }: { id: string }) {
  const query = api.useQuery("get", "/api/office/funds/requests/{request_id}", {
    params: { path: { request_id: id } },
  });
  return (
    <Loaded query={query} height={320}>
      {(detail) => <Inside detail={detail} />}
    </Loaded>
  );
}

function Inside({ detail }: { detail: Schema["FundDetail"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const { request, proofs, steps } = detail;
  return (
    <div style={{ display: "grid", gap: 14 }}>
      <h3 style={{ margin: 0 }}>{request.title}</h3>
      <Facts
        items={[
          [
            t`Partner`,
            <Link
              key="who"
              to="/office/partners/$organisationId"
              params={{ organisationId: request.organisation_id }}
            >
              {request.organisation_name}
            </Link>,
          ],
          [t`Left of its budget`, f.money(request.budget_left)],
        ]}
      />
      <FundFacts request={request} />
      {proofs.length > 0 ? (
        <Panel title={<Trans>Proof</Trans>}>
          <FundProofs proofs={proofs} area="office" />
        </Panel>
      ) : null}
      {request.state === "requested" ? (
        <Can scope="office:fund:decide">
          <FundStepForm request={request} step="approve" />
          <FundStepForm request={request} step="decline" />
        </Can>
      ) : null}
      {request.state === "claimed" ? (
        <Can scope="office:fund:reimburse">
          <FundStepForm request={request} step="reimburse" />
          <FundStepForm request={request} step="return" />
        </Can>
      ) : null}
      <Panel title={<Trans>What happened</Trans>}>
        <FundSteps steps={steps} />
      </Panel>
    </div>
  );
}
