import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Skeleton } from "@mantine/core";
import { useLocation, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { IconArrowDown, IconArrowUp, IconChevronLeft, IconChevronRight, IconChevronsLeft } from "../ui/icons";
import css from "./DataTable.module.css";
import { ProblemAlert } from "./problems";

export interface Column<Row> {
  key: string;
  label: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Right-aligned with digits of one width. */
  numeric?: boolean;
  /** Set in a paler ink. */
  faint?: boolean;
  /** The value of `sort` in the address; descending is the same with a minus in front. */
  sort?: string;
}

/** The answer of a query, as far as a table looks at it. */
interface Rows<Row> {
  data: { items: Row[]; next?: string | null } | undefined;
  error: unknown;
  isError: boolean;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

/**
 * One page of a list that the server filters, sorts and pages: the address says which.
 *
 * `search.after` is the cursor of the page; the cursors of the pages before stand in the history's state.
 */
export function DataTable<Row>({
  caption,
  columns,
  query,
  rowKey,
  onOpen,
  isOpen,
  empty,
  filters,
  search = {},
  sortedBy,
  note,
  pageSize = 10,
}: {
  caption: string;
  columns: Column<Row>[];
  query: Rows<Row>;
  rowKey: (row: Row) => string | number;
  onOpen?: (row: Row) => void;
  isOpen?: (row: Row) => boolean;
  /** Shown instead of rows; says what to do next. */
  empty: ReactNode;
  filters?: ReactNode;
  search?: { after?: string | undefined; sort?: string | undefined };
  sortedBy?: string;
  note?: ReactNode;
  /** Grey lines while the first page loads. */
  pageSize?: number;
}) {
  const { data } = query;
  if (query.isError && !data) {
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
  const sort = search.sort ?? sortedBy ?? "";
  return (
    <div className={css.panel}>
      {filters ? <div className={css.filters}>{filters}</div> : null}
      <SortChoice columns={columns} sort={sort} />
      {data && data.items.length === 0 ? (
        empty
      ) : (
        <section
          className={css.wrap}
          data-stale={query.isPlaceholderData || undefined}
          tabIndex={0}
          aria-label={caption}
        >
          <table className={`${css.table} tnum`} aria-busy={!data}>
            <caption className="sr">{caption}</caption>
            <thead>
              <tr>
                {columns.map((column) => (
                  <Heading key={column.key} column={column} sort={sort} />
                ))}
              </tr>
            </thead>
            <tbody>
              {data
                ? data.items.map((row) => (
                    <tr
                      key={rowKey(row)}
                      data-open={isOpen?.(row) || undefined}
                      data-opens={onOpen ? true : undefined}
                      // The first cell holds a link that does the same for the keyboard.
                      onClick={onOpen ? () => onOpen(row) : undefined}
                    >
                      {columns.map((column) => (
                        <td
                          key={column.key}
                          className={column.numeric ? css.numeric : undefined}
                          data-faint={column.faint || undefined}
                        >
                          <span className={css.label} aria-hidden="true">
                            {column.label}
                          </span>
                          <div className={css.value}>{column.cell(row)}</div>
                        </td>
                      ))}
                    </tr>
                  ))
                : Array.from({ length: pageSize }, (_, line) => (
                    <tr key={line}>
                      {columns.map((column) => (
                        <td key={column.key}>
                          <Skeleton height={14} my={4} radius="sm" />
                        </td>
                      ))}
                    </tr>
                  ))}
            </tbody>
          </table>
        </section>
      )}
      <Foot
        // What is shown is still the page before: its cursor leads nowhere new.
        next={query.isPlaceholderData ? null : (data?.next ?? null)}
        more={data?.next !== null && data?.next !== undefined}
        after={search.after}
        note={note}
      />
    </div>
  );
}

function useSort() {
  const navigate = useNavigate();
  return (sort: string) =>
    navigate({
      to: ".",
      search: ((old: object) => ({ ...old, sort, after: undefined })) as never,
      state: (old) => ({ ...old, trail: [] }),
      resetScroll: false,
    });
}

/** On a phone rows are cards without a head: what the heads sort by is chosen here. */
function SortChoice<Row>({ columns, sort }: { columns: Column<Row>[]; sort: string }) {
  const { t } = useLingui();
  const sortBy = useSort();
  const sorted = columns.filter((column) => column.sort !== undefined);
  if (sorted.length === 0) return null;
  return (
    <div className={css.sorting}>
      <NativeSelect
        size="sm"
        aria-label={t`Sort by`}
        value={sort}
        onChange={(event) => sortBy(event.currentTarget.value)}
      >
        {sorted.flatMap((column) => [
          <option key={`-${column.sort}`} value={`-${column.sort}`}>
            {column.label} ↓
          </option>,
          <option key={column.sort} value={column.sort}>
            {column.label} ↑
          </option>,
        ])}
      </NativeSelect>
    </div>
  );
}

function Heading<Row>({ column, sort }: { column: Column<Row>; sort: string }) {
  const sortBy = useSort();
  const by = sort.replace("-", "");
  const falling = sort.startsWith("-");
  const on = column.sort !== undefined && by === column.sort;
  const order = on ? (falling ? "descending" : "ascending") : "none";
  return (
    <th
      scope="col"
      className={column.numeric ? css.numeric : undefined}
      aria-sort={column.sort ? order : undefined}
    >
      {column.sort ? (
        <button
          type="button"
          className={css.sort}
          data-on={on || undefined}
          onClick={() => sortBy(on && falling ? (column.sort ?? "") : `-${column.sort}`)}
        >
          {column.label}
          {on ? (
            falling ? (
              <IconArrowDown size={13} aria-hidden />
            ) : (
              <IconArrowUp size={13} aria-hidden />
            )
          ) : null}
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}

function Foot({
  next,
  more,
  after,
  note,
}: {
  next: string | null;
  more: boolean;
  after: string | undefined;
  note: ReactNode;
}) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const trail = useLocation({ select: (at) => at.state.trail ?? [] });
  const go = (cursor: string | undefined, nextTrail: string[]) =>
    navigate({
      to: ".",
      search: ((old: object) => ({ ...old, after: cursor })) as never,
      state: (old) => ({ ...old, trail: nextTrail }),
      resetScroll: false,
    });
  if (!more && !after && !note) return null;
  return (
    <div className={css.foot}>
      <span className="tnum" aria-live="polite">
        {note}
      </span>
      {more || after ? (
        <nav className={css.pages} aria-label={t`Pages`}>
          <button
            type="button"
            aria-label={t`First page`}
            disabled={!after}
            onClick={() => go(undefined, [])}
          >
            <IconChevronsLeft size={16} aria-hidden />
          </button>
          <button
            type="button"
            aria-label={t`Previous page`}
            disabled={!after || trail.length === 0}
            onClick={() => go(trail.at(-1) || undefined, trail.slice(0, -1))}
          >
            <IconChevronLeft size={16} aria-hidden />
          </button>
          <button
            type="button"
            aria-label={t`Next page`}
            disabled={!more}
            onClick={() => next && go(next, [...trail, after ?? ""])}
          >
            <IconChevronRight size={16} aria-hidden />
          </button>
        </nav>
      ) : null}
    </div>
  );
}
