/** The longest text that is read at once, in UTF-16 units. */
export const longestText = 20_000;
