import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import type { Area } from "./Bell";
import css from "./Bell.module.css";
import { Empty } from "./Empty";
import { useAction } from "./form";
import { Moment } from "./Moment";
import { ProblemAlert } from "./problems";
import { Side } from "./Windows";

type Notice = Schema["Notice"];

/** The letters of the area, newest first; read where they are opened, or all at once. */
export function Notices({ area, unread, onClose }: { area: Area; unread: number; onClose: () => void }) {
  const { t } = useLingui();
  const [limit, setLimit] = useState(20);
  const list = `/api/${area}/notices` as "/api/portal/notices";
  const query = api.useQuery("get", list, { params: { query: { limit } } });
  const reread = () => queryClient.invalidateQueries({ queryKey: ["get", list] });
  const counted = `${list}/unread` as "/api/portal/notices/unread";
  const told = (count: number) =>
    queryClient.setQueryData(api.queryOptions("get", counted, {}).queryKey, { count });
  const all = useAction(async () => {
    const { data, error } = await http.POST(`${list}/read` as "/api/portal/notices/read");
    if (error) throw error;
    told(data.count);
    await reread();
  });
  const one = useAction(async (id: string) => {
    const { data, error } = await http.POST(
      `${list}/{notice_id}/read` as "/api/portal/notices/{notice_id}/read",
      { params: { path: { notice_id: id } } },
    );
    if (error) throw error;
    told(data.count);
    await reread();
  });
  const items = query.data?.items;
  return (
    <Side opened onClose={onClose} title={t`Notices`}>
      <ProblemAlert error={all.error ?? one.error ?? query.error} />
      {items?.length ? (
        <div className={css.head}>
          <span>
            {unread ? plural(unread, { one: "# unread", other: "# unread" }) : t`Everything is read`}
          </span>
          {unread ? (
            <Button size="compact-sm" variant="default" loading={all.pending} onClick={() => all.run()}>
              <Trans>Mark all as read</Trans>
            </Button>
          ) : null}
        </div>
      ) : null}
      {items === undefined && !query.isError ? <Skeleton height={220} radius={14} /> : null}
      {items?.length === 0 ? (
        <Empty title={<Trans>No notices yet</Trans>}>
          <Trans>What we write to you by mail appears here too.</Trans>
        </Empty>
      ) : null}
      <ul className={css.list}>
        {items?.map((notice) => (
          <One key={notice.id} notice={notice} onRead={() => one.run(notice.id)} onClose={onClose} />
        ))}
      </ul>
      {query.data?.next && limit < 200 ? (
        <Button variant="default" size="sm" onClick={() => setLimit((before) => Math.min(200, before * 3))}>
          <Trans>Show older ones</Trans>
        </Button>
      ) : null}
    </Side>
  );
}

function One({ notice, onRead, onClose }: { notice: Notice; onRead: () => void; onClose: () => void }) {
  const navigate = useNavigate();
  const unread = !notice.read_at;
  const inside = insideLink(notice.link);
  const open = () => {
    if (unread) onRead();
    onClose();
    if (inside) navigate({ href: inside });
  };
  return (
    <li data-unread={unread || undefined}>
      <h3>{notice.subject}</h3>
      <p>{notice.said}</p>
      <div className={css.foot}>
        <small>
          <Moment at={notice.created_at} />
        </small>
        {inside ? (
          <Button size="compact-sm" variant="default" onClick={open}>
            <Trans>Open</Trans>
            <span className="sr"> {notice.subject}</span>
          </Button>
        ) : null}
        {unread ? (
          <Button size="compact-sm" variant="subtle" onClick={onRead}>
            <Trans>Mark as read</Trans>
            <span className="sr"> {notice.subject}</span>
          </Button>
        ) : null}
      </div>
    </li>
  );
}

/** Letters hold whole addresses; a page of the desk is opened in place. */
function insideLink(link: string | null): string | undefined {
  if (!link || !URL.canParse(link)) return undefined;
  const { pathname, search } = new URL(link);
  return /^\/(portal|office)(\/|$)/.test(pathname) ? pathname + search : undefined;
}
