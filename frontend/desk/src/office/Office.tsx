import { useLingui } from "@lingui/react/macro";
import { Outlet } from "@tanstack/react-router";
import { Desk } from "../desk/Desk";
import { AreaRefusals } from "../desk/refusals";
import { Shell } from "../desk/Shell";
import { useSession } from "../desk/session";
import { IconFileText } from "../ui/icons";
import { useMenu } from "./menu";
import { WrongArea } from "./Refused";
import { useOfficeRefusals } from "./refusals";

export function Office() {
  return (
    <Desk>
      <Inside />
    </Desk>
  );
}

function Inside() {
  const { t } = useLingui();
  const { organisation_id, can } = useSession();
  const ours = organisation_id === null;
  const nav = useMenu(ours);
  return (
    <AreaRefusals value={useOfficeRefusals()}>
      <Shell
        product={t`Office`}
        home="/office"
        nav={ours ? nav : []}
        commands={
          can("office:charge:read")
            ? [
                {
                  key: "contracts",
                  label: t`Contracts with prices`,
                  to: "/office/partners",
                  hint: t`On each partner’s page`,
                  icon: <IconFileText size={18} />,
                },
              ]
            : []
        }
      >
        {ours ? <Outlet /> : <WrongArea />}
      </Shell>
    </AreaRefusals>
  );
}
