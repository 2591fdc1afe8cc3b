/** What an address may leave out. */
export const optional = <T extends object>(search: T): Partial<T> => search;
