import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { Empty } from "../desk/Empty";
import { Joint } from "../desk/Joint";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Page, Panel } from "../desk/Page";
import { Dialog } from "../desk/Windows";
import { IconPlus } from "../ui/icons";
import { JointChanges } from "./JointChanges";
import { AcceptJoint, EndJoint, ProposeJoint, RefuseJoint, WithdrawJoint } from "./JointForms";

type Offer = Schema["JointOfferView"];
export type JointStep = "propose" | "accept" | "refuse" | "withdraw" | "end";

/** Listings sold by two partners: what was proposed, what holds, what is to be answered. */
export function JointOffers() {
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/portal/joint-offers");
  const [step, setStep] = useState<{ step: JointStep; offer?: Offer }>();
  const close = () => setStep(undefined);
  const propose = (
    <Can scope="portal:listing:write">
      <Button
        size="sm"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => setStep({ step: "propose" })}
      >
        <Trans>Propose a joint offer</Trans>
      </Button>
    </Can>
  );
  const titles: Record<JointStep, string> = {
    propose: t`Propose a joint offer`,
    accept: t`Accept the joint offer?`,
    refuse: t`Refuse the joint offer`,
    withdraw: t`Withdraw the joint offer?`,
    end: t`End the joint offer`,
  };
  return (
    <Page
      title={<Trans>Joint offers</Trans>}
      about={<Trans>One listing, two owners: each is paid its own part of each sale.</Trans>}
      actions={query.data?.may_propose ? propose : undefined}
    >
      <Loaded query={query} height={320}>
        {(mine) => (
          <>
            {mine.may_propose ? null : (
              <Notice title={t`Your level does not give joint offers`}>
                <Trans>
                  The programme page says which level does. You can accept what others propose to you.
                </Trans>
              </Notice>
            )}
            {mine.items.length === 0 ? (
              <Empty
                title={<Trans>No joint offer yet</Trans>}
                action={mine.may_propose ? propose : undefined}
              >
                <Trans>
                  Choose a listing that is not on sale, the other partner, and who has which part.
                </Trans>
              </Empty>
            ) : (
              mine.items.map((offer) => (
                <Panel key={offer.id} title={offer.listing_name}>
                  <Joint offer={offer} />
                  {["in_force", "ending"].includes(offer.standing) ? (
                    <JointChanges listingId={offer.listing_id} />
                  ) : null}
                  <Steps
                    offer={offer}
                    isSecond={offer.second.id === mine.organisation_id}
                    onStep={(chosen) => setStep({ step: chosen, offer })}
                  />
                </Panel>
              ))
            )}
          </>
        )}
      </Loaded>
      <Dialog opened={step !== undefined} onClose={close} title={step ? titles[step.step] : ""}>
        {step?.step === "propose" ? <ProposeJoint onDone={close} /> : null}
        {step?.step === "accept" && step.offer ? <AcceptJoint offer={step.offer} onDone={close} /> : null}
        {step?.step === "refuse" && step.offer ? <RefuseJoint offer={step.offer} onDone={close} /> : null}
        {step?.step === "withdraw" && step.offer ? <WithdrawJoint offer={step.offer} onDone={close} /> : null}
        {step?.step === "end" && step.offer ? <EndJoint offer={step.offer} onDone={close} /> : null}
      </Dialog>
    </Page>
  );
}

function Steps({
  offer,
  isSecond,
  onStep,
}: {
  offer: Offer;
  isSecond: boolean;
  onStep: (step: JointStep) => void;
}) {
  return (
    <Can scope="portal:listing:write">
      <Group mt={14}>
        {offer.standing === "proposed" && isSecond ? (
          <>
            <Button size="sm" onClick={() => onStep("accept")}>
              <Trans>Accept the offer</Trans>
            </Button>
            <Button size="sm" variant="default" onClick={() => onStep("refuse")}>
              <Trans>Refuse the offer</Trans>
            </Button>
          </>
        ) : null}
        {offer.standing === "proposed" && !isSecond ? (
          <Button size="sm" variant="default" onClick={() => onStep("withdraw")}>
            <Trans>Withdraw the offer</Trans>
          </Button>
        ) : null}
        {offer.standing === "in_force" ? (
          <Button size="sm" variant="default" onClick={() => onStep("end")}>
            <Trans>End the offer</Trans>
          </Button>
        ) : null}
      </Group>
    </Can>
  );
}
