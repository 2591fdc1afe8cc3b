import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemAlert } from "./problems";

/** What a query answers; its shape in grey until then, its refusal with a way to ask again. */
export function Loaded<T>({
  query,
  height = 120,
  children,
}: {
  query: UseQueryResult<T, unknown>;
  /** Of the grey shape, in pixels: about what will stand there. */
  height?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return (
      <ProblemAlert
        error={query.error}
        action={
          <Button size="sm" variant="default" onClick={() => query.refetch()}>
            <Trans>Try again</Trans>
          </Button>
        }
      />
    );
  }
  return <Skeleton height={height} radius={14} mb={14} />;
}
