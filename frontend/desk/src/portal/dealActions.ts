import { useLingui } from "@lingui/react/macro";

/** What the verbs of deals and leads are called in the audit log. */
export function useDealActions(): Record<string, string> {
  const { t } = useLingui();
  return {
    draft_deal: t`Deal begun`,
    change_deal: t`Deal changed`,
    submit_deal: t`Deal submitted`,
    take_back_deal: t`Deal taken back`,
    withdraw_deal: t`Deal given up`,
    take_up_deal: t`Deal being read`,
    ask_deal: t`Completion of a deal asked for`,
    approve_deal: t`Deal approved`,
    reject_deal: t`Deal rejected`,
    move_deal: t`Deal moved on`,
    renew_deal: t`Protection of a deal renewed`,
    warn_deal: t`End of a protection announced`,
    expire_deal: t`Protection of a deal ended`,
    offer_lead: t`Lead offered`,
    accept_lead: t`Lead accepted`,
    decline_lead: t`Lead declined`,
    expire_lead: t`Lead not answered in time`,
    change_lead_profile: t`Lead profile changed`,
  };
}
