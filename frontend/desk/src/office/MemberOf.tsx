import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Panel } from "../desk/Page";
import { Named } from "./Named";
import css from "./office.module.css";
import { useProgrammeWords } from "./programmeWords";

/** On a partner's page: the programmes that it is in, applied for, or may be let into. */
export function MemberOf({ id }: { id: string }) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/programmes", {
    params: { path: { organisation_id: id } },
  });
  return (
    <Panel title={<Trans>Programmes</Trans>} flush>
      <Loaded query={query}>
        {({ standings, history }) => {
          const shown = standings.filter(
            (each) =>
              each.level ||
              each.application ||
              each.may_apply ||
              history.some(({ programme }) => programme === each.programme.code),
          );
          if (shown.length === 0)
            return (
              <Empty title={<Trans>No programme is for it</Trans>}>
                <Trans>Programmes are for partners that play certain parts.</Trans>
              </Empty>
            );
          return (
            <table className={`${css.simple} ${css.cards}`}>
              <tbody>
                {shown.map(({ programme, level, since, application }) => (
                  <tr key={programme.code}>
                    <th scope="row">
                      <Link
                        className={css.link}
                        to="/office/programmes/$programme/members/$organisationId"
                        params={{ programme: programme.code, organisationId: id }}
                      >
                        {words.named(programme)}
                      </Link>
                    </th>
                    <Named label={t`Level`}>
                      {level
                        ? words.level(programme, level)
                        : application
                          ? t`It has applied`
                          : t`It is not in this programme`}
                    </Named>
                    <Named label={t`Since`}>{since ? <Moment at={since} day /> : "–"}</Named>
                  </tr>
                ))}
              </tbody>
            </table>
          );
        }}
      </Loaded>
    </Panel>
  );
}
