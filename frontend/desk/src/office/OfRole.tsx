import { useLingui } from "@lingui/react/macro";
import { NativeSelect } from "@mantine/core";
import { useSession } from "../desk/session";
import { useFilter } from "./kit";
import { ANY, ownRole, ROLES, type Role } from "./ownPartners";
import { useWords } from "./words";

/** Partners of one role, or of any; who begins with their own takes it off in words. */
export function OfRole({ role }: { role: Role | typeof ANY | undefined }) {
  const { t } = useLingui();
  const words = useWords();
  const filter = useFilter();
  const own = ownRole(useSession());
  return (
    <NativeSelect
      size="sm"
      aria-label={t`Any role`}
      value={role === ANY ? "" : (role ?? "")}
      onChange={(event) => filter({ role: event.currentTarget.value || (own ? ANY : undefined) })}
      data={[
        { value: "", label: t`Any role` },
        ...ROLES.map((each) => ({
          value: each,
          label: each === own ? t`${words.role(each)} (yours)` : words.role(each),
        })),
      ]}
    />
  );
}
