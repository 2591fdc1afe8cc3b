import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { ActionIcon } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { api } from "../api/client";
import { IconBell } from "../ui/icons";
import css from "./Bell.module.css";
import { useSession } from "./session";

const Notices = lazy(() => import("./Notices").then(({ Notices }) => ({ default: Notices })));

export type Area = "portal" | "office";

/** How many letters one has not read; a click shows them. */
export function Bell({ area }: { area: Area }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [opened, setOpened] = useState(false);
  const may = can(`${area}:notice:read`);
  const path = `/api/${area}/notices/unread` as "/api/portal/notices/unread";
  const { data } = api.useQuery("get", path, {}, { enabled: may, refetchInterval: 120_000 });
  if (!may) return null;
  const count = data?.count ?? 0;
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        className={css.bell}
        aria-label={count ? t`Notices: ${plural(count, { one: "# unread", other: "# unread" })}` : t`Notices`}
        onClick={() => setOpened(true)}
      >
        <IconBell size={19} />
        {count ? (
          <span className={css.count} aria-hidden>
            {count > 99 ? "99+" : count}
          </span>
        ) : null}
      </ActionIcon>
      {opened ? (
        <Suspense>
          <Notices area={area} unread={count} onClose={() => setOpened(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
