import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Side } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import { useMeshWords } from "./meshWords";
import { kindOf } from "./names";
import css from "./office.module.css";
import { useWords } from "./words";

/** The postings that an edge is made of, oldest first; each opens its entry. */
export function MeshPostings({
  edge,
  mesh,
  onClose,
}: {
  edge: Schema["MeshEdge"] | undefined;
  mesh: Schema["Mesh"] | undefined;
  onClose: () => void;
}) {
  const words = useMeshWords();
  return (
    <Side opened={edge !== undefined} onClose={onClose} title={edge ? words.whats[edge.what] : ""} size={640}>
      {edge && mesh ? <Rows edge={edge} mesh={mesh} /> : null}
    </Side>
  );
}

function Rows({ edge, mesh }: { edge: Schema["MeshEdge"]; mesh: Schema["Mesh"] }) {
  const { t } = useLingui();
  const words = useWords();
  const [trail, setTrail] = useState<string[]>([]);
  // An edge of “the others” has none of those that have an edge of their own.
  const named = [...new Set(mesh.edges.flatMap(({ party }) => party ?? []))];
  const query = api.useQuery("get", "/api/office/mesh/postings", {
    params: {
      query: {
        month: mesh.month,
        currency: mesh.currency,
        debit: edge.debit,
        credit: edge.credit,
        party: edge.party ?? undefined,
        without: edge.party ? [] : named,
        after: trail.at(-1),
        limit: 25,
      },
    },
  });
  return (
    <Loaded query={query} height={320}>
      {({ items, next }) => (
        <>
          <ul className={css.needs}>
            {items.map((row) => (
              <li key={`${row.entry_id}:${row.line}`}>
                <b>
                  <Link
                    className={css.link}
                    to="/office/ledger/entries"
                    search={{ reference: row.reference }}
                  >
                    {row.reference}
                  </Link>
                </b>
                <span>
                  {words.account(kindOf(row.debit))} → {words.account(kindOf(row.credit))}{" "}
                  {row.reversed ? <Pill tone="warn">{t`Reversed`}</Pill> : null}
                </span>
                <span style={{ flex: "0 0 auto" }}>
                  <Moment at={row.effective_at} day /> <Amount value={row.amount} strong />
                </span>
              </li>
            ))}
          </ul>
          <div className={css.formEnd}>
            {trail.length ? (
              <Button size="sm" variant="default" onClick={() => setTrail(trail.slice(0, -1))}>
                <Trans>Previous</Trans>
              </Button>
            ) : null}
            {next ? (
              <Button size="sm" variant="default" onClick={() => setTrail([...trail, next])}>
                <Trans>Next</Trans>
              </Button>
            ) : null}
          </div>
        </>
      )}
    </Loaded>
  );
}
