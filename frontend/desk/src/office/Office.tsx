import { useLingui } from "@lingui/react/macro";
import { Outlet } from "@tanstack/react-router";
import { Desk } from "../desk/Desk";
import { type NavGroup, Shell } from "../desk/Shell";
import { useSession } from "../desk/session";
import { IconHome } from "../ui/icons";
import { WrongArea } from "./Refused";

export function Office() {
  return (
    <Desk>
      <Inside />
    </Desk>
  );
}

function Inside() {
  const { t } = useLingui();
  const { organisation_id } = useSession();
  const nav: NavGroup[] = [{ items: [{ to: "/office", label: t`Home`, icon: <IconHome size={18} /> }] }];
  return (
    <Shell product={t`Office`} home="/office" nav={organisation_id !== null ? [] : nav}>
      {organisation_id !== null ? <WrongArea /> : <Outlet />}
    </Shell>
  );
}
