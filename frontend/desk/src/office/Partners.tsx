import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { useKindWords } from "../desk/kinds";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus, IconUpload } from "../ui/icons";
import { ImportPartners } from "./ImportPartners";
import { Choice, Search, ShowAll, Twice } from "./kit";
import { NewPartner } from "./NewPartner";
import { OfRole } from "./OfRole";
import css from "./office.module.css";
import { ANY, asked } from "./ownPartners";
import { useWords, VerificationPill } from "./words";

const route = getRouteApi("/office/partners/");

export function Partners() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const search = route.useSearch();
  const { can } = useSession();
  const kinds = useKindWords();
  const [doing, setDoing] = useState<"new" | "import">();
  const { q, role, kind, ecosystem, verification, after } = search;
  const query = api.useQuery(
    "get",
    "/api/office/organisations",
    { params: { query: { q, role: asked(role), kind, ecosystem, verification, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const filtered = Boolean(q || asked(role) || kind || ecosystem || verification);
  return (
    <Page
      title={<Trans>Partners</Trans>}
      about={<Trans>Every organisation: editors, integrators, wholesalers, buyers.</Trans>}
      actions={
        <>
          <Export path="/api/office/organisations/export" wanted={{ role: asked(role), kind }}>
            <Trans>Export</Trans>
          </Export>
          {can("office:organisation:write") ? (
            <>
              <Button
                variant="default"
                size="sm"
                leftSection={<IconUpload size={16} />}
                onClick={() => setDoing("import")}
              >
                <Trans>Import</Trans>
              </Button>
              <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setDoing("new")}>
                <Trans>New organisation</Trans>
              </Button>
            </>
          ) : null}
        </>
      }
    >
      <Side
        opened={doing === "new"}
        onClose={() => setDoing(undefined)}
        title={<Trans>New organisation</Trans>}
      >
        <NewPartner />
      </Side>
      <Side
        opened={doing === "import"}
        onClose={() => setDoing(undefined)}
        title={<Trans>Import a list of partners</Trans>}
      >
        <ImportPartners />
      </Side>
      <DataTable
        caption={t`Organisations`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <>
            <Search label={t`Name or reference`} name="q" value={q} />
            <OfRole role={role} />
            <Choice label={t`Any sub-type`} name="kind" value={kind} options={kinds.kinds} />
            <Choice label={t`Any ecosystem`} name="ecosystem" value={ecosystem} options={kinds.ecosystems} />
            <Choice
              label={t`Any state`}
              name="verification"
              value={verification}
              options={{ verified: t`Verified`, unverified: t`To be checked`, refused: t`Not accepted` }}
            />
          </>
        }
        empty={
          filtered ? (
            <Empty
              title={<Trans>No organisation matches</Trans>}
              action={<ShowAll names={["q", "kind", "ecosystem", "verification"]} also={{ role: ANY }} />}
            >
              <Trans>Try fewer letters, or any role.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No organisation yet</Trans>}>
              <Trans>They sign up in the store, or come with an import of sales.</Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "name",
            label: t`Organisation`,
            cell: (row) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/partners/$organisationId"
                    params={{ organisationId: row.id }}
                  >
                    {row.name}
                  </Link>
                }
                second={row.reference}
              />
            ),
          },
          {
            key: "roles",
            label: t`Role`,
            cell: (row) => (
              <Twice
                first={row.roles.map(words.role).join(", ")}
                second={row.kinds.map(kinds.kind).join(", ") || null}
              />
            ),
          },
          { key: "segment", label: t`Segment`, faint: true, cell: (row) => words.segment(row.segment) },
          { key: "country", label: t`Country`, cell: (row) => f.country(row.country) },
          { key: "state", label: t`Identity`, cell: (row) => <VerificationPill state={row.verification} /> },
          { key: "since", label: t`Since`, faint: true, cell: (row) => <Moment at={row.created_at} day /> },
        ]}
      />
    </Page>
  );
}
